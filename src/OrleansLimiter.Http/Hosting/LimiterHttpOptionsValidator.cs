using Microsoft.Extensions.Options;

namespace OrleansLimiter.Http;

/// <summary>Reports all errors of the options before the host listens.</summary>
internal sealed class LimiterHttpOptionsValidator : IValidateOptions<LimiterHttpOptions>
{
    public ValidateOptionsResult Validate(string? name, LimiterHttpOptions options)
    {
        List<string> errors = [];
        List<ListenAddress> decisions = options.ServesDecisions ? ListenAddress.ReadAll("urls", options.Urls, errors) : [];
        List<ListenAddress> administration = ListenAddress.ReadAll("admin-urls", options.AdminUrls, errors);
        List<ListenAddress> grpc = options.ServesDecisions ? ListenAddress.ReadGrpc(options.GrpcUrls, errors) : [];
        if (grpc.Any(one => decisions.Any(one.Overlaps) || administration.Any(one.Overlaps)))
        {
            errors.Add("grpc-urls: an address is also one of urls or admin-urls; gRPC needs a separate address, because it is HTTP/2 only");
        }

        if (decisions.Any(one => administration.Any(one.Overlaps)))
        {
            errors.Add("admin-urls: an address is also one of urls; decisions and administration need separate addresses");
        }

        if (string.IsNullOrEmpty(options.AdminToken))
        {
            if (administration.Any(address => !address.IsLoopback))
            {
                errors.Add(
                    $"admin-urls: '{options.AdminUrls}' can be reached from other machines, and there is no admin token; "
                    + "set one, or listen on 127.0.0.1");
            }
        }
        else if (options.AdminToken.Length < LimiterHttpOptions.MinTokenLength || options.AdminToken.Any(c => c is <= ' ' or > '~'))
        {
            errors.Add($"admin-token: it must be at least {LimiterHttpOptions.MinTokenLength} visible ASCII characters without spaces");
        }

        _ = TrustedProxies.TryParse([.. options.TrustedProxies], out _, out IReadOnlyList<string> untrusted);
        errors.AddRange(untrusted.Select(error => $"trusted-proxies: {error}"));
        if (options.AuthorizeStatus is < 400 or > 499)
        {
            errors.Add($"authorize-status: {options.AuthorizeStatus}; it must be from 400 to 499");
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
