namespace OrleansLimiter.Hosting;

/// <summary>
/// The certificates in the configuration of the server: the section <c>Kestrel:Certificates</c>, also from environment variables. The
/// rest of its configuration is not used, because only the settings of the limiter determine the addresses.
/// </summary>
internal static class ServerCertificates
{
    /// <summary>The section of the server.</summary>
    public const string Section = "Kestrel";

    private const string Certificates = "Certificates";

    /// <summary>Returns the configuration of the server with the certificates only.</summary>
    public static IConfiguration From(IConfiguration configuration) => new ConfigurationBuilder()
        .AddInMemoryCollection(CertificatesOf(new ConfigurationBuilder().AddEnvironmentVariables().Build()))
        .AddInMemoryCollection(CertificatesOf(configuration))
        .Build();

    private static IEnumerable<KeyValuePair<string, string?>> CertificatesOf(IConfiguration configuration) =>
        configuration.GetSection($"{Section}:{Certificates}").AsEnumerable(makePathsRelative: true)
            .Where(pair => pair.Key.Length > 0)
            .Select(pair => KeyValuePair.Create($"{Certificates}:{pair.Key}", pair.Value));
}
