using Orleans.Providers;
using Orleans.Runtime.Hosting;
using Orleans.Storage;
using OrleansLimiter.Silo;

[assembly: RegisterProvider(FileGrainStorage.ProviderType, "GrainStorage", "Silo", typeof(FileGrainStorageProvider))]

namespace OrleansLimiter.Silo;

/// <summary>Adds <see cref="FileGrainStorage"/> if configuration selects the <c>ProviderType</c> File. <c>Path</c> is the folder.</summary>
internal sealed class FileGrainStorageProvider : IProviderBuilder<ISiloBuilder>
{
    public void Configure(ISiloBuilder builder, string? name, IConfigurationSection configurationSection)
    {
        string path = configurationSection["Path"]
            ?? throw new HostSettingsException($"{configurationSection.Path}:Path is not set; it is the folder of the files");
        builder.Services.AddGrainStorage(name!, (services, _) =>
            new FileGrainStorage(Path.GetFullPath(path), services.GetRequiredService<IGrainStorageSerializer>()));
    }
}
