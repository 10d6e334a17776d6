namespace OrleansLimiter.Grpc.Tests;

public class DescriptorReaderTests
{
    private const string Keys = "account, remote_address, method, path, endpoint, resource, mode, note";

    [Theory]
    [InlineData("account=acme", "Id acme GET other()")]
    [InlineData("remote_address=203.0.113.7", "Ip 203.0.113.7 GET other()")]
    [InlineData("remote_address=2001:db8::7", "Ip 2001:db8::/64 GET other()")]
    [InlineData("account=acme; remote_address=203.0.113.7", "Id acme GET other()")]
    [InlineData("account=; remote_address=203.0.113.7", "Ip 203.0.113.7 GET other()")]
    [InlineData("account=acme; path=/things/7?a=b", "Id acme GET thing(7)")]
    [InlineData("account=acme; path=/things", "Id acme GET list()")]
    [InlineData("account=acme; path=/things; method=post", "Id acme POST other()")]
    [InlineData("path=/THINGS/%37/; method=DELETE; account=acme", "Id acme DELETE thing(7)")]
    [InlineData("account=acme; endpoint=thing; resource=7", "Id acme GET thing(7)")]
    [InlineData("account=acme; endpoint=other", "Id acme GET other()")]
    [InlineData("account=acme; mode=sandbox; note=x", "Id acme GET other() sandbox x")]
    [InlineData("account=acme; mode=unknown; note=none", "Id acme GET other()")]
    [InlineData("account=a,b; note=x,y", "Id a,b GET other() x,y")]
    [InlineData("account=a=b; c", "Id a=b; c GET other()")]
    public void Entries_are_mapped_to_the_fields_of_a_request(string entries, string expected) =>
        Assert.Equal(expected, Text(RlsPolicies.Things, Rls.Descriptor(entries.Replace("b; c", "b;c", StringComparison.Ordinal)))
            .Replace("b;c", "b; c", StringComparison.Ordinal));

    [Theory]
    [InlineData("company=acme; account=sandbox; remote_address=203.0.113.7", "Id acme GET other() sandbox")]
    [InlineData("xff=203.0.113.7; path=/things/7", "Ip 203.0.113.7 GET thing(7)")]
    public void Entries_have_the_keys_that_the_policy_gives_them(string entries, string expected) => Assert.Equal(
        expected,
        Text(
            RlsPolicies.ThingsWith("rls: { entries: { account: company, mode: account, ip: xff } }")
                .Replace("xff", entries.Contains("xff", StringComparison.Ordinal) ? "xff" : "remote_address", StringComparison.Ordinal),
            Rls.Descriptor(entries)));

    [Theory]
    [InlineData("generic_key=x; account=acme", $"the policy 'things' does not know the key 'generic_key'; it knows {Keys}")]
    [InlineData("path=/things", $"the policy 'things' finds no account in the descriptor; it knows the keys {Keys}")]
    [InlineData("account=; remote_address=", $"the policy 'things' finds no account in the descriptor; it knows the keys {Keys}")]
    public void A_descriptor_that_the_policy_does_not_know_is_missing(string entries, string expected)
    {
        Assert.Null(DescriptorReader.Read(Of(RlsPolicies.Things), Rls.Descriptor(entries), 0, out _, out string? missing));
        Assert.Equal(expected, missing);
    }

    [Theory]
    [InlineData("", "it has 0 entries; 1 to 64 are expected")]
    [InlineData("=x; account=acme", "an entry has an empty key")]
    [InlineData("account=acme; account=acme", "the key 'account' is given twice; give it once")]
    [InlineData("x=1; y=2; x=1", "the key 'x' is given twice; give it once")]
    [InlineData("account= acme", "account: it begins or ends with white space; leave that out")]
    [InlineData("account=a\nb", "account: it has the control character U+000A as character 2; leave control characters out")]
    [InlineData("remote_address=010.1.1.1", "ip: it is not an IP address; give IPv4 as four decimal numbers, such as 203.0.113.7, or IPv6")]
    [InlineData("account=acme; path=", "path: the path does not begin with /")]
    [InlineData("account=acme; path=/a%2fb", "path: the path has an encoded slash")]
    [InlineData("account=acme; method=G T", "the method is not an HTTP method")]
    [InlineData("account=acme; path=/things; endpoint=list", "it has a path and an endpoint; give one of them")]
    [InlineData("account=acme; resource=7", "it has a resource without an endpoint; give both, or the path")]
    [InlineData("account=acme; endpoint=thing", "the endpoint 'thing' is limited by resource; give its thing_id as resource")]
    [InlineData("account=acme; endpoint=none", "the policy 'things' has no endpoint of that name; give thing, list, other, or method and path")]
    [InlineData("account=acme; note=a\nb", "note: it has the control character U+000A as character 2; leave control characters out")]
    public void An_invalid_descriptor_is_an_error_that_says_what_is_wrong(string entries, string expected) => Assert.StartsWith(
        expected, DescriptorReader.Read(Of(RlsPolicies.Things), Rls.Descriptor(entries), 0, out _, out _), StringComparison.Ordinal);

    [Theory]
    [InlineData(0u, null, 1, false)]
    [InlineData(1u, null, 1, false)]
    [InlineData(7u, null, 7, false)]
    [InlineData(2_147_483_647u, null, 2_147_483_647, false)]
    [InlineData(7u, 3ul, 3, false)]
    [InlineData(0u, 0ul, 1, true)]
    [InlineData(7u, 0ul, 1, true)]
    [InlineData(4_294_967_295u, 5ul, 5, false)]
    public void Hits_of_the_descriptor_come_before_those_of_the_request_and_0_only_checks(uint hits, ulong? own, int cost, bool peek)
    {
        Assert.Null(DescriptorReader.Read(
            Of(RlsPolicies.Things), Rls.Descriptor("account=acme", own), hits, out LimitCall call, out _));

        Assert.Equal((cost, peek), (call.Request.Cost, call.Request.Peek));
    }

    [Theory]
    [InlineData(2_147_483_648u, null, 2_147_483_648ul)]
    [InlineData(4_294_967_295u, null, 4_294_967_295ul)]
    [InlineData(1u, ulong.MaxValue, ulong.MaxValue)]
    public void More_hits_than_a_cost_can_have_are_an_error(uint hits, ulong? own, ulong found) => Assert.Equal(
        $"hits_addend is {found}; at most 2147483647 are expected",
        DescriptorReader.Read(Of(RlsPolicies.Things), Rls.Descriptor("account=acme", own), hits, out _, out _));

    [Fact]
    public void A_refund_is_an_error()
    {
        RateLimitDescriptor refund = Rls.Descriptor("account=acme", 1);
        refund.IsNegativeHits = true;

        Assert.Equal(
            "is_negative_hits is set; the limiter gives no permits back",
            DescriptorReader.Read(Of(RlsPolicies.Things), refund, 0, out _, out _));
    }

    [Fact]
    public void A_limit_of_the_descriptor_is_an_error_whatever_its_unit()
    {
        RateLimitDescriptor descriptor = Rls.Descriptor("account=acme");
        descriptor.Limit = new() { RequestsPerUnit = 1_000, Unit = (RateLimitUnit)99 };

        Assert.Equal(
            "it has a limit, but no limit of the policy has 'descriptor-limit: allow'; leave it out, or allow it there",
            DescriptorReader.Read(Of(RlsPolicies.Things), descriptor, 0, out _, out _));
    }

    [Theory]
    [InlineData(1_000u, 0, "its limit has the unit 0; 1 (SECOND) to 6 (YEAR) are expected")]
    [InlineData(1_000u, 7, "its limit has the unit 7; 1 (SECOND) to 6 (YEAR) are expected")]
    [InlineData(1_000_000_001u, 1, "its limit is not possible: for the limit 'only': permits is 1000000001; it must be from 0 to 1000000000")]
    [InlineData(4_294_967_295u, 6, "its limit is not possible: for the limit 'only': permits is 4294967295; it must be from 0 to 1000000000")]
    public void A_limit_of_the_descriptor_that_is_not_possible_is_an_error(uint permits, int unit, string expected)
    {
        RateLimitDescriptor descriptor = Rls.Descriptor("account=acme");
        descriptor.Limit = new() { RequestsPerUnit = permits, Unit = (RateLimitUnit)unit };
        string policy = RlsPolicies.Limit("algorithm: fixed-window, permits: 1, window: 1s, descriptor-limit: allow");

        Assert.Equal(expected, DescriptorReader.Read(Of(policy), descriptor, 0, out _, out _));
    }

    private static RlsPolicy Of(string yaml)
    {
        var policy = new Policy(PolicyText.Read(yaml).Policy!);
        return new(new(policy, PolicyTally.Unpublished(policy)));
    }

    private static string Text(string yaml, RateLimitDescriptor descriptor)
    {
        Assert.Null(DescriptorReader.Read(Of(yaml), descriptor, 0, out LimitCall call, out string? missing));
        Assert.Null(missing);
        LimitRequest request = call.Request;
        string attributes = string.Join(" ", (request.Attributes ?? []).OfType<string>());
        return $"{request.Account.Kind} {request.Account.Name} {request.Method} {request.Endpoint.Name}({request.Endpoint.Resource}) {attributes}"
            .Trim();
    }
}
