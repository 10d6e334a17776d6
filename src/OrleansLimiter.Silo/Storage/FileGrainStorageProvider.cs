using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Hosting;
using Orleans.Providers;
using Orleans.Runtime.Hosting;
using Orleans.Storage;
using OrleansLimiter.Hosting;
using OrleansLimiter.Silo;

[assembly: RegisterProvider(FileGrainStorage.ProviderType, "GrainStorage", "Silo", typeof(FileGrainStorageProvider))]

namespace OrleansLimiter.Silo;

/// <summary>Lets configuration choose <see cref="FileGrainStorage"/>: <c>ProviderType</c> File, and <c>Path</c>, the folder.</summary>
internal sealed class FileGrainStorageProvider : IProviderBuilder<ISiloBuilder>
{
    /// <inheritdoc/>
    public void Configure(ISiloBuilder builder, string? name, IConfigurationSection configurationSection)
    {
        string path = configurationSection["Path"]
            ?? throw new HostSettingsException($"{configurationSection.Path}:Path is not set; name the folder where the files are to lie");
        builder.Services.AddGrainStorage(name!, (services, _) =>
            new FileGrainStorage(Path.GetFullPath(path), services.GetRequiredService<IGrainStorageSerializer>()));
    }
}
