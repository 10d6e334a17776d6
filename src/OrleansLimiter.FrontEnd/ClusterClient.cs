namespace OrleansLimiter.FrontEnd;

/// <summary>Composes the client of a front-end.</summary>
internal static class ClusterClient
{
    /// <summary>Adds the client, with the defaults of a front-end.</summary>
    public static void AddClusterClient(this LimiterHostBuilder host)
    {
        host.AddDefaults(FrontEndDefaults.For(host.Web.Configuration));
        host.Web.UseOrleansClient();
    }
}
