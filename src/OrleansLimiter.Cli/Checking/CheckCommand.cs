namespace OrleansLimiter.Cli;

/// <summary><c>limiter check</c>: checks a request with a running limiter or a policy file.</summary>
internal sealed class CheckCommand : Command
{
    private readonly Option<Uri?> _url = new("--url")
    {
        Description = $"The address of the limiter [default: {LimiterHttpOptions.DefaultUrl}]",
        HelpName = "URL",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && url.Scheme is "http" or "https")
            {
                return url;
            }

            result.AddError($"--url is '{text}'; it must be like {LimiterHttpOptions.DefaultUrl}");
            return null;
        },
    };

    private readonly Option<string?> _policyFile = new("--policy-file")
    {
        Description = "A policy file, instead of a running limiter; nothing is consumed at the start",
        HelpName = "FILE",
    };

    private readonly CheckOptions _options = new();
    private readonly Option<int> _repeat = NumberOption.Of("--repeat", 1, "The number of checks, for example to exceed a limit");
    private readonly Option<bool> _json = new("--json") { Description = "Print JSON for programs, one line for each decision" };

    public CheckCommand(Terminal terminal)
        : base("check", "Checks whether a request is allowed, and acquires its permits")
    {
        Add(_url);
        Add(_policyFile);
        _options.AddTo(this);
        Add(_repeat);
        Add(_json);
        Validators.Add(result =>
        {
            if (result.GetResult(_url) is not null && result.GetResult(_policyFile) is not null)
            {
                result.AddError("--url and --policy-file are both given; give one of them");
            }
        });
        SetAction((parsed, _) => RunAsync(parsed, terminal));
    }

    private async Task<int> RunAsync(ParseResult parsed, Terminal terminal)
    {
        CheckRequest request = _options.Of(parsed);
        if (parsed.GetValue(_policyFile) is not { } file)
        {
            return await AskAsync(parsed, terminal, parsed.GetValue(_url) ?? new(LimiterHttpOptions.DefaultUrl), request, request.Endpoint);
        }

        PolicyCatalogLoad load = PolicyCatalog.Load([file], TimeProvider.System);
        if (load.Catalog is null)
        {
            ValidationErrorList.Write(terminal.Error, load.Errors, load.Warnings);
            return ExitCode.Failed;
        }

        await using LocalLimiter limiter = await LocalLimiter.StartAsync(load.Catalog);
        return await AskAsync(parsed, terminal, limiter.Url, request, limiter.EndpointOf(request));
    }

    private async Task<int> AskAsync(ParseResult parsed, Terminal terminal, Uri url, CheckRequest request, string? endpoint)
    {
        (bool json, int repeat) = (parsed.GetValue(_json), parsed.GetValue(_repeat));
        using var client = new LimiterClient(url);
        int exitCode = ExitCode.Done;
        for (int number = 1; number <= repeat; number++)
        {
            switch (await client.AskAsync(request))
            {
                case Decided decided:
                    Print(decided, number);
                    exitCode = decided.Decision.Allowed ? exitCode : ExitCode.Denied;
                    break;
                case InvalidRequest invalid:
                    terminal.WriteError(invalid.Reason);
                    return ExitCode.Usage;
                case Unreachable unreachable:
                    terminal.WriteError(unreachable.Reason);
                    return ExitCode.Failed;
            }
        }

        return exitCode;

        void Print(Decided decided, int number)
        {
            if (json)
            {
                terminal.Out.Writer.WriteLine(decided.Json);
                return;
            }

            if (repeat > 1)
            {
                DecisionView.WriteLine(terminal.Out, number, decided.Decision);
            }

            if (number == repeat)
            {
                DecisionView.Write(terminal.Out, decided, endpoint);
            }
        }
    }
}
