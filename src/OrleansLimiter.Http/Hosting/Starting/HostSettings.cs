using OrleansLimiter.Policies.Decisions;

namespace OrleansLimiter.Http;

/// <summary>
/// What a host is told in the section <c>Limiter</c> of its configuration: by a switch (<c>--urls</c>, <c>--Limiter:Deadline</c>),
/// by a variable (<c>Limiter__Urls</c>), or by an <c>appsettings.json</c> beside the program, in this order.
/// </summary>
public sealed class HostSettings
{
    /// <summary>The bound on living groups unless another is given: one million.</summary>
    public const int DefaultMaxGroups = 1_000_000;

    /// <summary>How long a stop may take unless another bound is given: 10 s.</summary>
    public static readonly TimeSpan DefaultShutdownTimeout = TimeSpan.FromSeconds(10);

    /// <summary>The least that stopping may be given: 1 ms, as good as nothing.</summary>
    public static readonly TimeSpan MinShutdownTimeout = TimeSpan.FromMilliseconds(1);

    /// <summary>The most that stopping may be given: 1 h.</summary>
    public static readonly TimeSpan MaxShutdownTimeout = TimeSpan.FromHours(1);

    /// <summary>Policy files, or folders of them. Default: the folder <c>policies</c>.</summary>
    public IReadOnlyList<string> Policies { get; internal set; } = ["policies"];

    /// <summary>As <see cref="LimiterHttpOptions.Urls"/>.</summary>
    public string Urls { get; internal set; } = LimiterHttpOptions.DefaultUrl;

    /// <summary>As <see cref="LimiterHttpOptions.AdminUrls"/>.</summary>
    public string AdminUrls { get; internal set; } = LimiterHttpOptions.DefaultAdminUrl;

    /// <summary>As <see cref="LimiterHttpOptions.AdminToken"/>; unless it is set, the variable <see cref="LimiterHost.TokenVariable"/>.</summary>
    public string? AdminToken { get; internal set; }

    /// <summary>As <see cref="LimiterHttpOptions.TrustedProxies"/>.</summary>
    public IReadOnlyList<string> TrustedProxies { get; internal set; } = [];

    /// <summary>
    /// How many groups may live at once in this process: 1 or more, default <see cref="DefaultMaxGroups"/>. In a front-end
    /// these are the ones that are counted here while theirs cannot be asked.
    /// </summary>
    public int MaxGroups { get; internal set; } = DefaultMaxGroups;

    /// <summary>As <see cref="LimiterOptions.Deadline"/>.</summary>
    public TimeSpan Deadline { get; internal set; } = LimiterOptions.DefaultDeadline;

    /// <summary>Whether the host decides requests. Default true; false is for silos that front-ends stand before.</summary>
    public bool FrontEnd { get; internal set; } = true;

    /// <summary>
    /// How long the host may take to stop: to finish requests and to leave its cluster. <see cref="MinShutdownTimeout"/> to
    /// <see cref="MaxShutdownTimeout"/>, default
    /// <see cref="DefaultShutdownTimeout"/>.
    /// </summary>
    public TimeSpan ShutdownTimeout { get; internal set; } = DefaultShutdownTimeout;
}
