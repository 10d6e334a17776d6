using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Orleans.Hosting;
using Orleans.Storage;

namespace OrleansLimiter.Grains;

/// <summary>The storage of overrides in a silo for which no other one is configured: the memory of the silos.</summary>
internal static partial class DefaultOverrideStorage
{
    /// <summary>The name of the grain storage.</summary>
    public const string Name = "overrides";

    /// <summary>Adds the storage, unless there is one. One that is added afterwards replaces it.</summary>
    public static ISiloBuilder AddDefaultOverrideStorage(this ISiloBuilder silo)
    {
        silo.Services.TryAddKeyedSingleton<IGrainStorage>(Name, static (services, _) =>
        {
            LogInMemory(services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(DefaultOverrideStorage)));
            return MemoryGrainStorageFactory.Create(services, Name);
        });
        return silo;
    }

    [LoggerMessage(78, LogLevel.Warning,
        "Overrides are in the memory of the silos and end with them, because there is no grain storage named 'overrides'. Add one, such as "
        + "silo.AddAdoNetGrainStorage(\"overrides\", …), or set Orleans:GrainStorage:overrides")]
    private static partial void LogInMemory(ILogger log);
}
