using Orleans.Runtime;
using OrleansLimiter.Grains;
using static OrleansLimiter.Cluster.Tests.TestSilos;

namespace OrleansLimiter.Cluster.Tests;

public class FormerSilosTests
{
    private static readonly Instant s_start = new(0);
    private static readonly Instant s_later = s_start + TimeSpan.FromSeconds(1);

    [Fact]
    public void Nobody_is_asked_while_no_silo_has_left()
    {
        FormerSilos silos = Observed(B, List(B), List(A, B, C));

        Assert.Empty(silos.CandidatesOf(AccountOf(List(A, B, C), B, A), s_later));
    }

    [Fact]
    public void Nobody_is_asked_if_the_silo_that_left_had_its_replicas_here()
    {
        FormerSilos silos = Observed(B, List(B), List(A, B, C), List(B, C));

        Assert.Empty(silos.CandidatesOf(AccountOf(List(A, B, C), A, B), s_later));
    }

    [Fact]
    public void The_silo_that_kept_the_replica_before_this_one_joined_the_list_is_asked()
    {
        HostingSilos four = List(A, B, C, D);
        ulong account = AccountOf(four, D, A);
        (SiloAddress? first, SiloAddress? second) = List(A, B, C).RankOf(account);
        Assert.Equal(A, first);
        FormerSilos silos = Observed(D, four, List(B, C, D));

        Assert.Equal([second!], silos.CandidatesOf(account, s_later));
    }

    [Fact]
    public void A_silo_that_has_just_started_asks_the_silos_that_were_there_before()
    {
        FormerSilos silos = Observed(A, List(A, B, C));

        SiloAddress[] candidates = silos.CandidatesOf(AccountOf(List(A, B, C), A, B), s_later);

        Assert.Equal([B, C], candidates.Order());
    }

    [Fact]
    public void Nobody_is_asked_ten_minutes_after_the_list_has_changed()
    {
        FormerSilos silos = Observed(A, List(A, B, C));
        ulong account = AccountOf(List(A, B, C), A, B);

        Assert.NotEmpty(silos.CandidatesOf(account, s_start + FormerSilos.MaxAge));
        Assert.Empty(silos.CandidatesOf(account, s_start + FormerSilos.MaxAge + TimeSpan.FromTicks(1)));
    }

    [Fact]
    public void Nobody_is_asked_for_the_groups_of_a_silo_that_stopped_by_plan()
    {
        HostingSilos four = List(A, B, C, D);
        ulong account = AccountOf(four, D, A);
        FormerSilos silos = Observed(B, List(B), four);

        silos.Observe(List(B, C, D), s_start, silo => silo.Equals(A));

        Assert.Empty(silos.CandidatesOf(account, s_later));
        Assert.Empty(silos.Candidates(s_later));
        Assert.Equal((true, false), (silos.HasStopped(A), silos.HasStopped(C)));
    }

    [Fact]
    public void All_others_are_candidates_of_some_account_after_a_silo_has_failed_or_this_one_has_joined()
    {
        Assert.Empty(Observed(B, List(B), List(A, B, C)).Candidates(s_later));
        Assert.Equal([C], Observed(B, List(B), List(A, B, C), List(B, C)).Candidates(s_later));
        Assert.Equal([B, C], Observed(A, List(A, B, C)).Candidates(s_later).Order());
    }

    private static FormerSilos Observed(SiloAddress self, params HostingSilos[] lists)
    {
        var silos = new FormerSilos(self);
        Array.ForEach(lists, list => silos.Observe(list, s_start, _ => false));
        return silos;
    }
}
