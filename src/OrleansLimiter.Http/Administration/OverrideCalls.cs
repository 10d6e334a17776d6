using System.Buffers;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OrleansLimiter.Decisions;
using OrleansLimiter.Policies;

namespace OrleansLimiter.Http;

/// <summary><c>PUT</c> and <c>DELETE /v1/accounts/{account}/overrides/{policy}/{limit}</c>.</summary>
internal sealed partial class OverrideCalls(
    IOverrides overrides, PolicyCatalog catalog, LimiterClock clock, Problems problems, ILogger<OverrideCalls> log)
{
    public async Task PutAsync(HttpContext context)
    {
        if ((Target(context, out Override? change) ?? AccountTarget.Unused(change!.Account)) is { } lost)
        {
            await problems.WriteAsync(context, lost);
            return;
        }

        (Problem? problem, ReadOnlySequence<byte> body) = await BodyReader.ReadAsync(context);
        if (problem is null)
        {
            problem = OverrideReader.Read(body, ref change!) ?? Senseless(change);
            context.Request.BodyReader.AdvanceTo(body.End);
        }

        if (problem is null)
        {
            problem = await SetAsync(context, change!);
        }

        if (problem is not null)
        {
            await problems.WriteAsync(context, problem);
        }
    }

    public async Task DeleteAsync(HttpContext context)
    {
        Problem? problem = Target(context, out Override? gone);
        if (problem is null)
        {
            problem = await RemoveAsync(context, gone!);
        }

        if (problem is not null)
        {
            await problems.WriteAsync(context, problem);
        }
    }

    private async Task<Problem?> SetAsync(HttpContext context, Override change)
    {
        OverrideReply reply;
        try
        {
            reply = await overrides.SetAsync(change);
        }
        catch (OverridesUnavailableException exception)
        {
            return Unkept(exception);
        }

        if (reply.Error is { } error)
        {
            return new(ProblemReason.Override, StatusCodes.Status409Conflict, error.Message, error.Field.Length > 0 ? error.Field : null);
        }

        Override kept = reply.Kept!;
        LogSet(
            kept.Policy, kept.Limit, kept.Account.Name, AccountKinds.Words[kept.Account.Kind], Changed(kept), Logged(kept.SetBy), Logged(kept.Note));
        await ResponseJsonContext.SendAsync(context, new OverrideResponse(kept), ResponseJsonContext.Default.OverrideResponse);
        return null;
    }

    private async Task<Problem?> RemoveAsync(HttpContext context, Override gone)
    {
        int removed;
        try
        {
            removed = await overrides.RemoveAsync(gone.Account, gone.Policy, gone.Limit);
        }
        catch (OverridesUnavailableException exception)
        {
            return Unkept(exception);
        }

        if (removed == 0)
        {
            return new(
                ProblemReason.Override,
                StatusCodes.Status404NotFound,
                $"the account has no override of {gone.Policy}/{gone.Limit}");
        }

        LogRemoved(gone.Policy, gone.Limit, gone.Account.Name, AccountKinds.Words[gone.Account.Kind]);
        await ResponseJsonContext.SendAsync(context, new RemovedResponse(removed), ResponseJsonContext.Default.RemovedResponse);
        return null;
    }

    private static Problem? Target(HttpContext context, out Override? target)
    {
        target = null;
        if (Query.Check(context, AccountTarget.Parameters) is { } misspelt)
        {
            return misspelt;
        }

        if (!RawRoute.TryRead(context, out var route, out Problem? problem))
        {
            return problem;
        }

        if (AccountTarget.Read(context, route["account"], out Account account) is { } nobody)
        {
            return nobody;
        }

        target = new() { Account = account, Policy = route["policy"], Limit = route["limit"] };
        return null;
    }

    // A policy or limit that is not there is a wrong address, not a wrong body. Only a PUT asks: what was set for a
    // limit that is gone must still be removable.
    private Problem? Senseless(Override change)
    {
        Policy? policy = catalog.Current.Policies.GetValueOrDefault(change.Policy)?.Policy;
        IReadOnlyList<OverrideError> errors = change.Validate(policy?.Definition, clock.UtcNow);
        return errors.FirstOrDefault(error => error.Field is "policy" or "limit") is { } lost
            ? new(ProblemReason.Policy, StatusCodes.Status404NotFound, lost.Message, lost.Field)
            : errors.Count > 0
                ? Problem.BadFields([.. errors.Select(error => new FieldError(error.Field, error.Message))])
                : null;
    }

    private Problem Unkept(OverridesUnavailableException exception)
    {
        LogUnkept(exception);
        return new(
            ProblemReason.Unavailable,
            StatusCodes.Status503ServiceUnavailable,
            "the change could not be kept, so what was in force still is; the log says why, and trying again is safe");
    }

    // The table keeps the latest change of a limit alone; what was changed before, only the log can tell.
    private static string Changed(Override kept)
    {
        string change = kept.Unlimited ? "unlimited"
            : kept.Permits is { } permits ? string.Create(CultureInfo.InvariantCulture, $"permits {permits}")
            : string.Create(CultureInfo.InvariantCulture, $"multiply {kept.Multiply}");
        string window = kept.Window is { } other ? $", window {DurationText.Format(other)}" : "";
        string until = kept.Until is { } moment ? string.Create(CultureInfo.InvariantCulture, $", until {moment:O}") : "";
        return change + window + (kept.When is null ? "" : ", under a condition") + until;
    }

    // They may have line breaks, and what a terminal takes for a command: a line of the log must be ours alone.
    private static string Logged(string text) => Quote.Of(text, Override.MaxNote);

    [LoggerMessage(21, LogLevel.Information, "An override of {Policy}/{Limit} for account {Account} ({Kind}) was set to {Change} by {By}: {Note}")]
    private partial void LogSet(string policy, string limit, string account, string kind, string change, string by, string note);

    [LoggerMessage(22, LogLevel.Information, "The overrides of {Policy}/{Limit} for account {Account} ({Kind}) were removed")]
    private partial void LogRemoved(string policy, string limit, string account, string kind);

    [LoggerMessage(23, LogLevel.Error, "A change of overrides could not be stored")]
    private partial void LogUnkept(Exception exception);
}
