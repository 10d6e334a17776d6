using Microsoft.Extensions.Options;

namespace OrleansLimiter.AspNetCore;

/// <summary>Validates the options of a remote limiter, and lists all errors.</summary>
internal sealed class RemoteLimiterOptionsValidator : IValidateOptions<RemoteLimiterOptions>
{
    private const string Example = "http://limiter:8080";

    public ValidateOptionsResult Validate(string? name, RemoteLimiterOptions options)
    {
        List<string> errors = options.Addresses.Count == 0
            ? [$"no address of the remote limiter is given; give one such as {Example}"]
            : [.. options.Addresses.Where(address => !TryParse(address, out _)).Select(Explain)];
        if (options.Deadline < LimiterOptions.MinDeadline || options.Deadline > LimiterOptions.MaxDeadline)
        {
            errors.Add($"the deadline of the remote limiter is {options.Deadline.TotalMilliseconds} ms; it must be from 1 ms to 10 s");
        }

        if (options.MaxBatch is < 1 or > RemoteLimiterOptions.LargestBatch)
        {
            errors.Add($"MaxBatch of the remote limiter is {options.MaxBatch}; it must be from 1 to {RemoteLimiterOptions.LargestBatch}");
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    /// <summary>Returns the address of the batch call of a limiter; false if the limiter's address is invalid.</summary>
    public static bool TryParse(string? address, out Uri call)
    {
        call = null!;
        if (!Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) || uri is not { Scheme: "http" or "https" }
            || uri.Host.Length == 0 || uri.UserInfo.Length > 0 || uri.Query.Length > 0 || uri.Fragment.Length > 0)
        {
            return false;
        }

        call = new(uri.AbsoluteUri.TrimEnd('/') + "/v1/check/batch");
        return true;
    }

    private static string Explain(string? address) =>
        $"'{DisplayText.Escape(address ?? "")}' is not the address of a limiter; "
        + $"give http:// or https://, a host and a port, such as {Example}";
}
