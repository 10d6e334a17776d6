namespace OrleansLimiter.Grpc.Tests;

/// <summary>Writes requests and reads responses as text.</summary>
internal static class Rls
{
    /// <summary>Writes a descriptor as <c>key=value; key=value</c>.</summary>
    public static RateLimitDescriptor Descriptor(string entries, ulong? hits = null)
    {
        var descriptor = new RateLimitDescriptor { HitsAddend = hits };
        foreach (string entry in entries.Split("; ", StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = entry.Split('=', 2);
            descriptor.Entries.Add(new RateLimitDescriptor.Types.Entry { Key = parts[0], Value = parts[1] });
        }

        return descriptor;
    }

    public static RateLimitRequest Request(string domain, params string[] descriptors) =>
        Request(domain, [.. descriptors.Select(entries => Descriptor(entries))]);

    public static RateLimitRequest Request(string domain, params RateLimitDescriptor[] descriptors)
    {
        var request = new RateLimitRequest { Domain = domain };
        request.Descriptors.Add(descriptors);
        return request;
    }

    /// <summary>The statuses, each as <c>OK name 2 of 3 per Minute, 60 s</c>.</summary>
    public static string[] Statuses(RateLimitResponse response) => [.. response.Statuses.Select(Text)];

    private static string Text(RateLimitResponse.Types.DescriptorStatus status)
    {
        string code = status.Code == RateLimitResponse.Types.Code.Ok ? "OK" : status.Code.ToString();
        string limit = status.CurrentLimit is { } current
            ? $" {current.Name} {status.LimitRemaining} of {current.RequestsPerUnit} per {current.Unit}"
            : "";
        return code + limit + (status.DurationUntilReset is { } reset ? $", {reset.Seconds} s" : "");
    }
}
