using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace OrleansLimiter.Cli;

/// <summary>The help of a command, followed by examples.</summary>
internal sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
{
    private const string Root = """
        Start here:
          limiter validate policies                list the errors of the policies of a folder
          limiter serve --policies policies        serve them on http://127.0.0.1:8080
          limiter check --policy front --account acme --path /conversations
                                                   check a request; for more, see 'limiter COMMAND --help'
        """;

    private const string Serve = """
        Examples:
          limiter serve
              Serves the policies of ./policies: decisions on http://127.0.0.1:8080, administration on http://127.0.0.1:8081.

          limiter serve --policies front.yaml frontline.yaml --urls 'http://*:9000'
              Serves two policies on all addresses of this machine. Administration stays on loopback.

          LIMITER_ADMIN_TOKEN=$(cat token) limiter serve --admin-urls http://10.0.0.5:8081 --trusted-proxies 10.0.0.0/8
              Administration from other machines requires a token. Set it in the environment, because other users can read
              command lines. The caller's address is the one that proxies of 10.0.0.0/8 forward.

        Changed policies are reloaded within one second. If a policy is invalid, the previous version stays in force.
        """;

    private const string Validate = """
        Examples:
          limiter validate policies
              Validates all *.yaml and *.yml files of a folder.

          limiter validate front.yaml frontline.yaml
              Validates two files, and finds conflicts, such as a policy that both define.

          limiter validate --json policies | jq -r '.faults[].message'
              Prints JSON for programs.

        Exit code: 0 all policies are valid (there may be warnings), 1 there are errors, 2 the command line is invalid.
        """;

    private const string Check = """
        Examples:
          limiter check --policy frame-v1 --account m_42 --method POST --path /v1/charge_intents --mode live
              Acquires one permit from the limiter that runs on this machine.

          limiter check --policy-file policies/frontline.yaml --ip 203.0.113.7 --path /v1/orders --repeat 3
              Checks requests against a policy file, without a running limiter and with nothing consumed.

          limiter check --url http://10.0.0.5:8080 --policy front --account acme --attribute plan=prime --path /contacts --peek --json
              Acquires nothing, and prints the decision as JSON, as POST /v1/check returns it.

        Exit code: 0 allowed, 3 denied (with --repeat: at least once), 1 no response, 2 the command line or the request is invalid.
        """;

    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        int result = help.Invoke(parseResult);
        string examples = parseResult.CommandResult.Command switch
        {
            ServeCommand => Serve,
            ValidateCommand => Validate,
            CheckCommand => Check,
            _ => Root,
        };
        parseResult.InvocationConfiguration.Output.WriteLine(examples);
        return result;
    }
}
