using System.Collections.Immutable;
using System.Diagnostics;
using System.Text;
using OrleansLimiter.Policies;

namespace OrleansLimiter.Decisions;

/// <summary>What responses under a policy look like, with every template taken apart once. Immutable.</summary>
/// <remarks>
/// A header is left out whole where one of its variables has no value. The headers of <c>always</c>, <c>allowed</c> and
/// <c>denied</c> refer to the reported limit; the headers of a limit refer to that limit. Later ones replace earlier ones
/// of the same name, in the order: always, allowed or denied, the limits' own, the standard ones.
/// </remarks>
public sealed class ResponseTemplates
{
    private readonly CompiledHeader[] _allowed;
    private readonly CompiledHeader[] _denied;
    private readonly CompiledHeader[][] _own;
    private readonly bool _anyOwn;
    private readonly bool _standard;
    private readonly Template? _body;
    private readonly TextEncoding _bodyEncoding;

    /// <summary>Compiles the responses of a valid policy.</summary>
    /// <param name="definition">The policy.</param>
    /// <exception cref="ArgumentException">A template has an error, so the policy is not valid.</exception>
    public ResponseTemplates(PolicyDefinition definition)
    {
        var responses = definition.Responses;
        _allowed = [.. Compile(responses.Always), .. Compile(responses.Allowed)];
        _denied = [.. Compile(responses.Always), .. Compile(responses.Denied)];
        _own = [.. definition.Limits.Select(limit => Compile(limit.Headers))];
        _anyOwn = definition.Limits.Any(limit => !limit.Headers.IsEmpty);
        _standard = responses.Standard switch
        {
            StandardHeaders.None => false,
            StandardHeaders.Draft10 => true,
            _ => throw new UnreachableException(),
        };
        _body = string.IsNullOrEmpty(responses.DeniedBody) ? null : Template.Parse(responses.DeniedBody);
        _bodyEncoding = TextEncodings.ForBody(responses.DeniedContentType);
        DeniedStatus = responses.DeniedStatus;
        DeniedContentType = _body is null ? null : responses.DeniedContentType;
        StaticDeniedBody = _body is { IsLiteral: true } ? Encoding.UTF8.GetBytes(_body.Text) : default;
    }

    /// <summary>The status of a refusal, 400 to 599.</summary>
    public int DeniedStatus { get; }

    /// <summary>The content type of a refusal's body; null if there is no body, or the policy names none.</summary>
    public string? DeniedContentType { get; }

    /// <summary>The refusal's body in UTF-8 where it is always the same; empty if it has variables or there is none.</summary>
    public ReadOnlyMemory<byte> StaticDeniedBody { get; }

    /// <summary>Writes the headers of one response.</summary>
    /// <param name="decision">The decision.</param>
    /// <param name="reported">What <see cref="Reporting.Of"/> chose; -1: headers of a limit are omitted.</param>
    /// <param name="utcNow">The moment from which <c>reset-epoch-s</c> counts.</param>
    /// <param name="sink">Where the headers go.</param>
    public void WriteHeaders<TSink>(in Decision decision, int reported, DateTimeOffset utcNow, ref TSink sink)
        where TSink : struct, IHeaderSink
    {
        Write(decision.Allowed ? _allowed : _denied, new(decision, reported, utcNow), ref sink);
        if (_anyOwn)
        {
            // Backwards, so that of two limits with the same header the first in the policy's order has the last word.
            for (int i = decision.Count - 1; i >= 0; i--)
            {
                Write(_own[decision[i].Limit.Index], new(decision, i, utcNow), ref sink);
            }
        }

        if (_standard && StandardHeader.Quotas(decision) is { } quotas && StandardHeader.Remaining(decision) is { } remaining)
        {
            sink.Set(StandardHeader.PolicyName, quotas);
            sink.Set(StandardHeader.LimitName, remaining);
        }
    }

    /// <summary>
    /// The body of a refusal; null if the policy has none. A variable without a value is the empty text; text from
    /// outside is escaped as the content type asks (JSON, HTML, XML).
    /// </summary>
    /// <param name="decision">The decision.</param>
    /// <param name="reported">What <see cref="Reporting.Of"/> chose.</param>
    /// <param name="utcNow">The moment from which <c>reset-epoch-s</c> counts.</param>
    public string? DeniedBody(in Decision decision, int reported, DateTimeOffset utcNow) =>
        _body?.ForBody(new(decision, reported, utcNow), _bodyEncoding);

    private static void Write<TSink>(CompiledHeader[] headers, in TemplateValues values, ref TSink sink)
        where TSink : struct, IHeaderSink
    {
        foreach (var header in headers)
        {
            if (header.Value.ForHeader(values) is { } value)
            {
                sink.Set(header.Name, value);
            }
        }
    }

    private static CompiledHeader[] Compile(ImmutableArray<HeaderDefinition> headers) =>
        [.. headers.Select(header => new CompiledHeader(header.Name, Template.Parse(header.Template)))];

    private readonly record struct CompiledHeader(string Name, Template Value);
}
