using System.Runtime.InteropServices;

namespace OrleansLimiter.Http;

/// <summary>Writes the results of a batch with options.</summary>
internal static class BatchWriter
{
    private static readonly JsonEncodedText Response = JsonEncodedText.Encode("response");
    private static readonly JsonEncodedText Status = JsonEncodedText.Encode("status");
    private static readonly JsonEncodedText Headers = JsonEncodedText.Encode("headers");
    private static readonly JsonEncodedText Body = JsonEncodedText.Encode("body");
    private static readonly JsonEncodedText Problem = JsonEncodedText.Encode("problem");

    /// <summary>Writes the results in the order of the checks, and returns the notes of all decisions.</summary>
    public static DecisionNotes Write(Utf8JsonWriter json, Batch batch, DateTimeOffset utcNow, Problems problems)
    {
        ReadOnlySpan<Decision> decisions = batch.Decisions;
        ReadOnlySpan<InvalidCheck> invalid = CollectionsMarshal.AsSpan(batch.Invalid);
        bool hasResponses = (batch.Options & BatchOptions.Responses) != 0;
        List<KeyValuePair<string, string>> headers = [];
        DecisionNotes notes = DecisionNotes.None;
        json.WriteStartArray();
        for (int index = 0, count = batch.Count; index < count; index++)
        {
            if (!invalid.IsEmpty && invalid[0].Index == index)
            {
                json.WriteStartObject();
                json.WritePropertyName(Problem);
                problems.Write(json, invalid[0].Problem);
                json.WriteEndObject();
                invalid = invalid[1..];
                continue;
            }

            ref readonly Decision decision = ref decisions[0];
            int reported = Reporting.Of(decision);
            notes |= decision.Notes;
            DecisionJson.Begin(json, decision, reported);
            if (hasResponses)
            {
                Write(json, decision, reported, utcNow, headers);
            }

            json.WriteEndObject();
            decisions = decisions[1..];
        }

        json.WriteEndArray();
        return notes;
    }

    // The status is that of the policy, not its authorize-status, which exists for proxies that cannot pass on all statuses.
    private static void Write(
        Utf8JsonWriter json, in Decision decision, int reported, DateTimeOffset utcNow, List<KeyValuePair<string, string>> headers)
    {
        ResponseTemplates templates = decision.Policy.Templates;
        ReadOnlyMemory<byte> body = decision.Allowed ? default : templates.DeniedBytes(decision, reported, utcNow);
        headers.Clear();
        var sink = new CollectedHeaders(headers);
        templates.WriteHeaders(decision, reported, utcNow, ref sink);
        FailureHeader.Write(decision.Notes, ref sink);
        if (!body.IsEmpty && templates.DeniedContentType is { } contentType)
        {
            sink.Set("Content-Type", contentType);
        }

        json.WriteStartObject(Response);
        json.WriteNumber(Status, decision.Allowed ? StatusCodes.Status200OK : templates.DeniedStatus);
        json.WriteStartObject(Headers);
        foreach ((string name, string value) in headers)
        {
            json.WriteString(name, value);
        }

        json.WriteEndObject();
        if (body.IsEmpty)
        {
            json.WriteNull(Body);
        }
        else
        {
            json.WriteString(Body, body.Span);
        }

        json.WriteEndObject();
    }
}
