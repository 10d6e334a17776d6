using OrleansLimiter.Decisions;
using OrleansLimiter.Http;

namespace OrleansLimiter.Hosting;

/// <summary>
/// The settings of a host, with their defaults. <see cref="HostSetting"/> says how each is named and written; <c>limiter serve</c>
/// reads them from its command line, the hosts of a cluster from configuration (<see cref="HostConfiguration"/>).
/// </summary>
public sealed class HostSettings
{
    /// <summary>The environment variable that carries the admin token, so that no process list shows it.</summary>
    public const string TokenVariable = "LIMITER_ADMIN_TOKEN";

    /// <summary>Policy files, or folders of them. Default: the folder <c>policies</c>.</summary>
    public IReadOnlyList<string> Policies { get; set; } = ["policies"];

    /// <summary>How the host is reached. Validated when the host starts.</summary>
    public LimiterHttpOptions Http { get; } = new();

    /// <summary>
    /// How many bucket groups may live at once in this process: 1 or more, default 1,000,000. In a front-end of a cluster these are
    /// the ones that <c>on-failure: local</c> counts there.
    /// </summary>
    public int MaxGroups { get; set; } = 1_000_000;

    /// <summary>As <see cref="LimiterOptions.Deadline"/>.</summary>
    public TimeSpan Deadline { get; set; } = LimiterOptions.DefaultDeadline;

    /// <summary>Whether the host decides requests. Default true; false is for silos with separate front-ends.</summary>
    public bool FrontEnd { get; set; } = true;

    /// <summary>How long the host may take to stop: to finish requests and to leave its cluster. 1 ms to 1 h, default 10 s.</summary>
    public TimeSpan ShutdownTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The defaults of a program: those above, and the admin token of <see cref="TokenVariable"/>.</summary>
    /// <returns>New settings.</returns>
    public static HostSettings FromEnvironment() => new() { Http = { AdminToken = Environment.GetEnvironmentVariable(TokenVariable) } };
}
