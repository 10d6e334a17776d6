using System.Security.Cryptography;
using Orleans.Storage;
using OrleansLimiter.Decisions;

namespace OrleansLimiter.Silo;

/// <summary>
/// Grain storage in a folder, with one file for each grain. It stores the overrides of the silos of one machine without a database. The
/// ETag is the hash of the content of the file.
/// </summary>
internal sealed class FileGrainStorage(string folder, IGrainStorageSerializer serializer) : IGrainStorage
{
    /// <summary>The name of the provider in configuration.</summary>
    public const string ProviderType = "File";

    /// <summary>The default folder of overrides.</summary>
    public static readonly KeyValuePair<string, string?> DefaultPath = new("Orleans:GrainStorage:overrides:Path", "data/overrides");

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        byte[]? content = await Task.Run(() => ReadFile(PathOf(stateName, grainId)));
        grainState.State = content is null ? Activator.CreateInstance<T>() : serializer.Deserialize<T>(content);
        SetETag(grainState, content);
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        byte[] content = serializer.Serialize(grainState.State).ToArray();
        await Task.Run(() => Replace(PathOf(stateName, grainId), grainState.ETag, path => DurableFile.Replace(path, content)));
        SetETag(grainState, content);
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await Task.Run(() => Replace(PathOf(stateName, grainId), grainState.ETag, File.Delete));
        grainState.State = Activator.CreateInstance<T>();
        SetETag(grainState, null);
    }

    private static byte[]? ReadFile(string path) => File.Exists(path) ? File.ReadAllBytes(path) : null;

    private static string? ETagOf(byte[]? content) => content is null ? null : Convert.ToHexString(SHA256.HashData(content));

    private static void SetETag<T>(IGrainState<T> state, byte[]? content) =>
        (state.ETag, state.RecordExists) = (ETagOf(content), content is not null);

    // Two activations of a grain may exist for a moment, in two processes. The lock file lets one of them compare and replace. The other
    // one gets an IOException, which the grain treats as an outage of the storage.
    private static void Replace(string path, string? expected, Action<string> replace)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var fileLock = new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        string? found = ETagOf(ReadFile(path));
        if (found != expected)
        {
            throw new InconsistentStateException($"'{path}' was written by another activation.", found ?? "", expected ?? "");
        }

        replace(path);
    }

    private string PathOf(string stateName, GrainId grainId) => Path.Combine(
        folder, $"{Uri.EscapeDataString(stateName)}-{Uri.EscapeDataString(grainId.Key.ToString()!)}.json");
}
