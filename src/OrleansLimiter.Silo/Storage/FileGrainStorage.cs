using System.Security.Cryptography;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;
using OrleansLimiter.Decisions;

namespace OrleansLimiter.Silo;

/// <summary>
/// Grain storage in a folder, a file for each grain: for silos of one machine, so that overrides outlast a restart
/// without a database. The ETag is the hash of what the file holds.
/// </summary>
internal sealed class FileGrainStorage(string folder, IGrainStorageSerializer serializer) : IGrainStorage
{
    /// <summary>The name by which configuration chooses it.</summary>
    public const string ProviderType = "File";

    /// <summary>Where overrides lie unless another folder is given, beside the file of a limiter without a cluster.</summary>
    public static readonly KeyValuePair<string, string?> DefaultPath = new("Orleans:GrainStorage:overrides:Path", "data/overrides");

    /// <inheritdoc/>
    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        byte[]? content = await Task.Run(() => ReadFile(PathOf(stateName, grainId)));
        grainState.State = content is null ? Activator.CreateInstance<T>() : serializer.Deserialize<T>(content);
        Settle(grainState, content);
    }

    /// <inheritdoc/>
    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        byte[] content = serializer.Serialize(grainState.State).ToArray();
        await Task.Run(() => Replace(PathOf(stateName, grainId), grainState.ETag, path => DurableFile.Replace(path, content)));
        Settle(grainState, content);
    }

    /// <inheritdoc/>
    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await Task.Run(() => Replace(PathOf(stateName, grainId), grainState.ETag, File.Delete));
        grainState.State = Activator.CreateInstance<T>();
        Settle(grainState, null);
    }

    private static byte[]? ReadFile(string path) => File.Exists(path) ? File.ReadAllBytes(path) : null;

    private static string? ETagOf(byte[]? content) => content is null ? null : Convert.ToHexString(SHA256.HashData(content));

    private static void Settle<T>(IGrainState<T> state, byte[]? content) =>
        (state.ETag, state.RecordExists) = (ETagOf(content), content is not null);

    // Two activations of a grain may exist for a moment, in two processes. One at a time compares and replaces; the other is
    // told that the file is in use, which is an outage to it and over the next time.
    private static void Replace(string path, string? expected, Action<string> replace)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var turn = new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        string? found = ETagOf(ReadFile(path));
        if (found != expected)
        {
            throw new InconsistentStateException($"'{path}' has been written by another activation", found ?? "", expected ?? "");
        }

        replace(path);
    }

    private string PathOf(string stateName, GrainId grainId) => Path.Combine(
        folder, $"{Uri.EscapeDataString(stateName)}-{Uri.EscapeDataString(grainId.Key.ToString()!)}.json");
}
