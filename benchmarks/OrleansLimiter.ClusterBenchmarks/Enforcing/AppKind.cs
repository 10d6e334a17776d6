namespace OrleansLimiter.ClusterBenchmarks;

/// <summary>What limits an app.</summary>
internal enum AppLimiter
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The middleware of OrleansLimiter.AspNetCore, with its store in the process of the app.</summary>
    Ours,

    /// <summary>The rate limiter middleware of ASP.NET Core.</summary>
    BuiltIn,
}

/// <summary>An app with limits.</summary>
/// <param name="Name">The name in the results.</param>
/// <param name="Limiter">What limits it.</param>
/// <param name="Policy">The policy file, without its extension; the limits of the other middleware are the same.</param>
/// <param name="Limits">The number of limits.</param>
/// <param name="Permits">The permits of each limit.</param>
/// <param name="Window">The window of each limit.</param>
internal sealed record AppKind(string Name, AppLimiter Limiter, string Policy, int Limits, int Permits, TimeSpan Window)
{
    private const string Built = "ASP.NET Core: ";
    private const string Own = "OrleansLimiter: ";

    public static readonly AppKind Alone = new("the app without a limiter", AppLimiter.None, "", 0, 0, default);
    public static readonly AppKind Ours = new($"{Own}one limit", AppLimiter.Ours, "app", 1, 4_000, TimeSpan.FromMinutes(1));
    public static readonly AppKind OursTwo = Ours with { Name = $"{Own}two limits", Policy = "app-2", Limits = 2 };
    public static readonly AppKind OursRefused =
        Ours with { Name = $"{Own}one limit, refused", Policy = "app-refused", Permits = 1, Window = TimeSpan.FromHours(1) };

    public static readonly AppKind BuiltIn = Ours with { Name = $"{Built}sliding window", Limiter = AppLimiter.BuiltIn };
    public static readonly AppKind BuiltInTwo = OursTwo with { Name = $"{Built}two chained sliding windows", Limiter = AppLimiter.BuiltIn };
    public static readonly AppKind BuiltInRefused =
        OursRefused with { Name = $"{Built}sliding window, refused", Limiter = AppLimiter.BuiltIn };

    public static readonly AppKind[] All = [Alone, Ours, BuiltIn, OursTwo, BuiltInTwo, OursRefused, BuiltInRefused];

    /// <summary>Whether nearly all requests of the measurement are refused.</summary>
    public bool Refuses => Permits == 1;
}
