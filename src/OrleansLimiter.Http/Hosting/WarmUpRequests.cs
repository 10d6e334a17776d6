using System.Text;

namespace OrleansLimiter.Http;

/// <summary>The requests that a host sends to itself before it is ready, and the internal policies that decide them.</summary>
internal static class WarmUpRequests
{
    // More than the capacity of each limit, so the request is refused.
    private const int TooMuch = 2_000_000;

    private const int Policies = 4;

    /// <summary>Creates the policies, by the names that the requests contain. No policy file can have such a name.</summary>
    public static IEnumerable<KeyValuePair<string, ServedPolicy>> CreatePolicies() => WarmUpPolicies.Create().Select(
        (policy, index) => KeyValuePair.Create(NameOf(index), new ServedPolicy(policy, PolicyTally.Unpublished(policy))));

    /// <summary>The requests of an account: two allowed and one refused check of each policy, a batch, and a request of a proxy.</summary>
    public static IEnumerable<byte[]> Of(string account)
    {
        for (int index = 0; index < Policies; index++)
        {
            yield return Post("check", Check(index, account, 1));
            yield return Post("check", Check(index, account, 1));
            yield return Post("check", Check(index, account, TooMuch));
        }

        yield return Post("check/batch", $"[{Check(0, account, 1)},{Check(1, account, 1)}]");
        yield return Encoding.ASCII.GetBytes(
            $"GET /v1/authorize/{NameOf(0)} HTTP/1.1\r\nHost: limiter\r\n"
            + $"X-Forwarded-Method: GET\r\nX-Forwarded-Uri: /\r\nX-Account-Id: {account}\r\n\r\n");
    }

    private static string NameOf(int index) => $"~{index}";

    private static string Check(int index, string account, int cost) =>
        $$"""{"policy":"{{NameOf(index)}}","account":"{{account}}","method":"GET","path":"/","cost":{{cost}}}""";

    private static byte[] Post(string call, string json) => Encoding.ASCII.GetBytes(
        $"POST /v1/{call} HTTP/1.1\r\nHost: limiter\r\nContent-Type: application/json\r\nContent-Length: {json.Length}\r\n\r\n{json}");
}
