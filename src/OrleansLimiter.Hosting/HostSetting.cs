using static OrleansLimiter.Hosting.SettingValue;

namespace OrleansLimiter.Hosting;

/// <summary>The declaration of one setting. Its default is the initial value of its property in <see cref="HostSettings"/>.</summary>
/// <param name="Key">The key in the section <see cref="Section"/> of configuration.</param>
/// <param name="Switch">The switch on the command line, without the dashes; null if there is only the key.</param>
/// <param name="ValueName">The placeholder of the value in help pages.</param>
/// <param name="Help">The description in help pages.</param>
/// <param name="Value">Converts the value from and to text.</param>
public sealed record HostSetting(string Key, string? Switch, string ValueName, string Help, SettingValue Value)
{
    /// <summary>The section of configuration that contains the settings.</summary>
    public const string Section = "Limiter";

    /// <summary>All settings, in the order of help pages.</summary>
    public static IReadOnlyList<HostSetting> All { get; } =
    [
        new("Policies", "policies", "PATH", "Policy files, or folders whose *.yaml and *.yml files are read, separated by ';'",
            List(';', to => to.Policies, (to, paths) => to.Policies = paths)),
        new("Urls", "urls", "URLS", "The addresses of decisions, separated by ';'; * for every network, port 0 for a free port",
            Text(to => to.Http.Urls, (to, urls) => to.Http.Urls = urls)),
        new("AdminUrls", "admin-urls", "URLS", "The addresses of administration; other machines can use them only with a token",
            Text(to => to.Http.AdminUrls, (to, urls) => to.Http.AdminUrls = urls)),
        new("GrpcUrls", "grpc-urls", "URLS",
            "The addresses of Envoy's rate limit service over gRPC (HTTP/2), separated by ';'; https uses the server's certificate "
            + "[default: none]",
            Text(to => to.Http.GrpcUrls, (to, urls) => to.Http.GrpcUrls = urls)),
        new("RlsOnMissing", "rls-on-missing", "WORD",
            "The decision of the rate limit service for a domain that no policy has: error, allow or deny",
            Word(PolicyWords.RlsMissing, to => to.Http.RlsOnMissing, (to, word) => to.Http.RlsOnMissing = word)),
        new("AdminToken", "admin-token", "TOKEN",
            $"The bearer token that administration requires [default: ${HostSettings.TokenVariable}, which process lists do not show]",
            Text(to => to.Http.AdminToken, (to, token) => to.Http.AdminToken = token)),
        new("TrustedProxies", "trusted-proxies", "CIDR", "Proxies whose X-Forwarded-For is used: addresses and networks, separated by ','",
            List(',', to => to.Http.TrustedProxies, (to, proxies) => to.Http.TrustedProxies = proxies)),
        new("AuthorizeStatus", "authorize-status", "N",
            "The status of refusals in /v1/authorize, 400 to 499 [default: the policy's status]",
            OptionalNumber(400, 499, to => to.Http.AuthorizeStatus, (to, status) => to.Http.AuthorizeStatus = (int)status)),
        new("MaxGroups", "max-groups", "N", "The maximum number of living bucket groups (keys with permits in use) in this process",
            Number(1, int.MaxValue, to => to.MaxGroups, (to, groups) => to.MaxGroups = groups)),
        new("MaxGroupMemory", "max-group-memory", "SIZE",
            "The maximum memory of living bucket groups, estimated, like 512MiB [default: a half of what the process may use]",
            Bytes(1 << 20, to => to.MaxGroupMemory, (to, bytes) => to.MaxGroupMemory = bytes)),
        new("Deadline", null, "TIME", "The maximum time of a decision",
            Duration(LimiterOptions.MinDeadline, LimiterOptions.MaxDeadline, to => to.Deadline, (to, time) => to.Deadline = time)),
        new("FrontEnd", null, "BOOL", "Whether a silo is also a front-end, which decides requests",
            Flag(to => to.FrontEnd, (to, frontEnd) => to.FrontEnd = frontEnd)),
        new("PolicyRemovalDelay", "policy-removal-delay", "TIME", "How long a policy stays in force after its file was removed", Duration(
            TimeSpan.Zero, TimeSpan.FromDays(1), to => to.PolicyRemovalDelay, (to, time) => to.PolicyRemovalDelay = time)),
        new("ShutdownTimeout", null, "TIME", "The maximum time of a shutdown", Duration(
            TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(1), to => to.ShutdownTimeout, (to, time) => to.ShutdownTimeout = time)),
        new("DrainDelay", null, "TIME", "How long a host that is stopped serves decisions with Connection: close", Duration(
            TimeSpan.Zero, TimeSpan.FromHours(1), to => to.DrainDelay, (to, time) => to.DrainDelay = time)),
        new("HandOverTimeout", null, "TIME", "How long a silo that is stopped waits for the hand-over of its bucket groups", Duration(
            TimeSpan.Zero, TimeSpan.FromHours(1), to => to.HandOverTimeout, (to, time) => to.HandOverTimeout = time)),
        new("ReplicaInterval", null, "TIME", "How often a silo sends changed bucket groups to their replicas; 0: never", Duration(
            TimeSpan.Zero, TimeSpan.FromSeconds(10), to => to.ReplicaInterval, (to, time) => to.ReplicaInterval = time)),
        new("DecideWhenIsolated", null, "BOOL", "Whether a silo decides that hears neither other silos nor the membership table",
            Flag(to => to.DecideWhenIsolated, (to, decide) => to.DecideWhenIsolated = decide)),
        new("StartTimeout", null, "TIME", "How long a host that cannot decide yet accepts no connections for decisions", Duration(
            TimeSpan.Zero, TimeSpan.FromHours(1), to => to.StartTimeout, (to, time) => to.StartTimeout = time)),
        new("MaxConnections", "max-connections", "N",
            "The maximum number of open connections for decisions [default: follows the limit of descriptors and the memory]",
            OptionalNumber(1, int.MaxValue, to => to.MaxConnections, (to, max) => to.MaxConnections = (int)max)),
        new("MaxConnectionsPerAddress", "max-connections-per-address", "N",
            "The maximum number of open connections for decisions from one address [default: none]",
            OptionalNumber(1, int.MaxValue, to => to.MaxConnectionsPerAddress, (to, max) => to.MaxConnectionsPerAddress = (int)max)),
        new("RequestTimeout", "request-timeout", "TIME", "The maximum time for the headers of a request, and for its body", Duration(
            TimeSpan.FromSeconds(1), TimeSpan.FromHours(1), to => to.RequestTimeout, (to, time) => to.RequestTimeout = time)),
        new("ResponseTimeout", "response-timeout", "TIME", "The maximum time in which a caller must read a response", Duration(
            TimeSpan.FromSeconds(2), TimeSpan.FromHours(1), to => to.ResponseTimeout, (to, time) => to.ResponseTimeout = time)),
        new("MaxBufferedBytes", "max-buffered-bytes", "SIZE",
            "The maximum of what long bodies and responses of all connections buffer [default: a sixteenth of the memory, at most 64 MiB]",
            Bytes(1 << 20, to => to.MaxBufferedBytes, (to, bytes) => to.MaxBufferedBytes = bytes)),
    ];

    /// <summary>The name of the setting in messages.</summary>
    public string Name => Switch ?? $"{Section}:{Key}";

    /// <summary>The help text with the default.</summary>
    public string Description => Value.Get(new()) is { Length: > 0 } text ? $"{Help} [default: {text}]" : Help;
}
