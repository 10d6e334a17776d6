namespace OrleansLimiter.Silo.Tests;

/// <summary>Requests of the accounts of one policy, which are all at the limit.</summary>
/// <param name="Policy">The policy.</param>
/// <param name="Method">The method of the requests.</param>
/// <param name="Path">The path of the requests.</param>
/// <param name="Permits">The permits of the policy's account limit, in a fixed window of 60 s.</param>
/// <param name="Every">Each account is asked once in this number of ticks.</param>
internal sealed record Traffic(string Policy, string Method, string Path, int Permits, int Every)
{
    /// <summary>The number of accounts.</summary>
    public const int Accounts = 8;

    /// <summary>One limit: 50 requests per second with the default tick.</summary>
    public static readonly Traffic Frontline = new("frontline", "GET", "/v1/things", Permits: 1000, Every: 1);

    /// <summary>An account limit and a burst limit, so two bucket groups for each account: 5 requests per second.</summary>
    public static readonly Traffic Front = new("front", "PATCH", "/conversations/cnv_1", Permits: 50, Every: 10);

    public static readonly Traffic[] All = [Frontline, Front];

    /// <summary>The name of an account.</summary>
    public string Account(int number) => $"{Policy}-{number}";

    /// <summary>Requests one decision.</summary>
    public Task<Answer> CheckAsync(HostProcess frontEnd, string account) => frontEnd.CheckAsync(Policy, account, Path, Method);

    /// <summary>Acquires all permits of the account limit at once. No burst limit applies to the path.</summary>
    public Task<Answer> UseUpAsync(HostProcess frontEnd, string account) => frontEnd.CheckAsync(Policy, account, cost: Permits);
}
