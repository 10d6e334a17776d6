using System.Text.Json.Serialization;

namespace OrleansLimiter.Decisions;

/// <summary>Writes a definition with all of its properties, to compare it with another one. Nothing reads the text.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Serialization)]
[JsonSerializable(typeof(PolicyDefinition))]
internal sealed partial class DefinitionJson : JsonSerializerContext;
