using System.Diagnostics;
using System.Text;

namespace OrleansLimiter.Decisions;

/// <summary>The parsed templates of the responses of a policy. Immutable.</summary>
/// <remarks>
/// A header is omitted if one of its variables has no value. The headers of <c>always</c>, <c>allowed</c> and <c>denied</c> refer to
/// the reported limit; the headers of a limit refer to that limit. A later header replaces an earlier one of the same name, in the
/// order: always, allowed or denied, those of the limits, the standard ones.
/// </remarks>
public sealed class ResponseTemplates
{
    private readonly CompiledHeader[] _allowed;
    private readonly CompiledHeader[] _denied;
    private readonly CompiledHeader[][] _own;
    private readonly bool _anyOwn;
    private readonly bool _standard;
    private readonly bool _hasTime;
    private readonly Template? _body;
    private readonly TextEncoding _bodyEncoding;
    private readonly ProblemBodies? _problems;

    /// <summary>Compiles the responses of a valid policy.</summary>
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
        AuthorizeStatus = responses.AuthorizeStatus;
        _problems = ProblemBodies.Of(definition);
        DeniedContentType = _problems is not null ? ProblemBodies.ContentType : _body is null ? null : responses.DeniedContentType;
        StaticDeniedBody = _body is { IsLiteral: true } ? Encoding.UTF8.GetBytes(_body.Text) : default;
        _hasTime = _allowed.Concat(_denied).Concat(_own.SelectMany(headers => headers)).Select(header => header.Value)
            .Any(HasTime) || (_body is not null && HasTime(_body));
    }

    /// <summary>The status of a refusal, 400 to 599.</summary>
    public int DeniedStatus { get; }

    /// <summary>
    /// The status of a refusal in <c>/v1/authorize</c>, 400 to 499; null for that of the host, or <see cref="DeniedStatus"/>.
    /// </summary>
    public int? AuthorizeStatus { get; }

    /// <summary>The content type of the body of a refusal; null if there is no body, or the policy has no content type.</summary>
    public string? DeniedContentType { get; }

    /// <summary>The body of a refusal in UTF-8 if it is always the same; empty if it has variables, or if there is no body.</summary>
    public ReadOnlyMemory<byte> StaticDeniedBody { get; }

    /// <summary>The time of a response. The clock is not read if no template has the time.</summary>
    internal DateTimeOffset TimeOf(LimiterClock clock) => _hasTime ? clock.UtcNow : default;

    /// <summary>Writes the headers of one response.</summary>
    /// <param name="decision">The decision.</param>
    /// <param name="reported">The result of <see cref="Reporting.Of"/>; with -1, headers of a limit are omitted.</param>
    /// <param name="utcNow">The time of the response, for <c>reset-epoch-s</c>.</param>
    /// <param name="sink">Receives the headers.</param>
    public void WriteHeaders<TSink>(in Decision decision, int reported, DateTimeOffset utcNow, ref TSink sink)
        where TSink : struct, IHeaderSink
    {
        Write(decision.Allowed ? _allowed : _denied, new(decision, reported, utcNow), ref sink);
        if (_anyOwn)
        {
            // In reverse order, so that of two limits with the same header the first one in the policy's order is used.
            for (int i = decision.Count - 1; i >= 0; i--)
            {
                Write(_own[decision[i].Limit.Index], new(decision, i, utcNow), ref sink);
            }
        }

        if (_standard && StandardHeader.Quotas(decision) is { } quotas)
        {
            sink.Set(StandardHeader.PolicyName, quotas);
            if (StandardHeader.Remaining(decision) is { } remaining)
            {
                sink.Set(StandardHeader.LimitName, remaining);
            }
        }
    }

    /// <summary>
    /// The body of a refusal; null if the policy has none. A variable without a value is empty. Text from the request is escaped for
    /// the content type (JSON, HTML, XML). With <see cref="ResponsesDefinition.DeniedProblem"/>, a problem. The parameters are those of
    /// <see cref="WriteHeaders"/>.
    /// </summary>
    public string? DeniedBody(in Decision decision, int reported, DateTimeOffset utcNow) =>
        _problems is not null ? ProblemBodies.Text(decision) : _body?.ForBody(new(decision, reported, utcNow), _bodyEncoding);

    /// <summary>The body of a refusal in UTF-8, as <see cref="DeniedBody"/>; empty if the policy has none.</summary>
    internal ReadOnlyMemory<byte> DeniedBytes(in Decision decision, int reported, DateTimeOffset utcNow) =>
        _problems is not null ? _problems.Bytes(decision)
        : _body is null || !StaticDeniedBody.IsEmpty ? StaticDeniedBody
        : Encoding.UTF8.GetBytes(DeniedBody(decision, reported, utcNow)!);

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

    private static bool HasTime(Template template) =>
        template.Segments.Any(segment => segment is { Literal: null, Variable: TemplateVariable.ResetEpochS });

    private static CompiledHeader[] Compile(ImmutableArray<HeaderDefinition> headers) =>
        [.. headers.Select(header => new CompiledHeader(header.Name, Template.Parse(header.Template)))];

    private readonly record struct CompiledHeader(string Name, Template Value);
}
