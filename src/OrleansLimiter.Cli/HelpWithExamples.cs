using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace OrleansLimiter.Cli;

/// <summary>The usual help of a command, and examples below it.</summary>
internal sealed class HelpWithExamples(HelpAction usual) : SynchronousCommandLineAction
{
    private const string Root = """
        Start here:
          limiter validate policies                what is wrong with the policies of a folder
          limiter serve --policies policies        serve them on http://127.0.0.1:8080
          limiter check --policy front --account acme --path /conversations
                                                   ask what is being served; 'limiter COMMAND --help' tells more
        """;

    private const string Serve = """
        Examples:
          limiter serve
              The policies of ./policies: decisions on http://127.0.0.1:8080, administration on http://127.0.0.1:8081.

          limiter serve --policies front.yaml frontline.yaml --urls 'http://*:9000'
              Two policies, for every network of this machine. Administration stays on loopback.

          LIMITER_ADMIN_TOKEN=$(cat token) limiter serve --admin-urls http://10.0.0.5:8081 --trusted-proxies 10.0.0.0/8
              Administration from other machines needs a token; give it in the environment, where no process list shows
              it. Behind proxies of 10.0.0.0/8, the caller's address is what they forward.

        Policies that change are taken up within a second; one that is invalid is refused, and what was in force stays.
        """;

    private const string Validate = """
        Examples:
          limiter validate policies
              Every *.yaml and *.yml of a folder.

          limiter validate front.yaml frontline.yaml
              Two files; also what is wrong between them, such as a policy that both define.

          limiter validate --json policies | jq -r '.faults[].message'
              For programs.

        Exit code: 0 all are valid (there may be warnings), 1 there are errors, 2 the command line is wrong.
        """;

    private const string Check = """
        Examples:
          limiter check --policy frame-v1 --account m_42 --method POST --path /v1/charge_intents --mode live
              Takes one permit from the limiter that runs on this machine.

          limiter check --policy-file policies/frontline.yaml --ip 203.0.113.7 --path /v1/orders --repeat 3
              Asks a policy file, with no limiter running: everything starts fresh.

          limiter check --url http://10.0.0.5:8080 --policy front --account acme --attribute plan=prime --path /contacts --peek --json
              Looks without taking, for programs: the decision as POST /v1/check gives it.

        Exit code: 0 allowed, 3 denied (with --repeat: at least once), 1 no answer, 2 the command line or the question is wrong.
        """;

    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        int result = usual.Invoke(parseResult);
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
