using System.Globalization;

namespace OrleansLimiter.Http;

/// <summary><c>PUT</c> and <c>DELETE /v1/accounts/{account}/overrides/{policy}/{limit}</c>.</summary>
internal sealed partial class OverrideCalls(
    IOverrides overrides, PolicyCatalog catalog, LimiterClock clock, BodyReader bodies, BufferBudget budget, ILogger<OverrideCalls> log)
{
    public async Task<Problem?> PutAsync(HttpContext context)
    {
        if ((Target(context, out Override? change) ?? AccountTarget.Unused(change!.Account)) is { } badTarget)
        {
            return badTarget;
        }

        RequestBody body = await bodies.ReadAsync(context);
        Problem? problem = body.Problem;
        if (problem is null)
        {
            problem = OverrideReader.Read(body.Content, ref change!) ?? Validate(change);
            body.Release(context, budget);
        }

        return problem ?? await StoreAsync(() => SetAsync(context, change!));
    }

    public async Task<Problem?> DeleteAsync(HttpContext context) =>
        Target(context, out Override? target) ?? await StoreAsync(() => RemoveAsync(context, target!));

    private async Task<Problem?> SetAsync(HttpContext context, Override change)
    {
        OverrideReply reply = await overrides.SetAsync(change);
        if (reply.Error is { } error)
        {
            return new(ProblemReason.Override, error.Message, error.Field.Length > 0 ? error.Field : null)
            {
                Status = StatusCodes.Status409Conflict,
            };
        }

        Override kept = reply.Kept!;
        string kind = AccountKinds.Words[kept.Account.Kind];
        LogSet(kept.Policy, kept.Limit, DisplayText.Escape(kept.Account.Name), kind, Changed(kept), Logged(kept.SetBy), Logged(kept.Note));
        return await ResponseJsonContext.SendAsync(context, new(kept), ResponseJsonContext.Default.OverrideResponse);
    }

    private async Task<Problem?> RemoveAsync(HttpContext context, Override target)
    {
        int removed = await overrides.RemoveAsync(target.Account, target.Policy, target.Limit);
        if (removed == 0)
        {
            return new(ProblemReason.Override, $"the account has no override of {Quote.Cut(target.Policy)}/{Quote.Cut(target.Limit)}");
        }

        string account = DisplayText.Escape(target.Account.Name);
        LogRemoved(DisplayText.Escape(target.Policy), DisplayText.Escape(target.Limit), account, AccountKinds.Words[target.Account.Kind]);
        return await ResponseJsonContext.SendAsync(context, new(removed), ResponseJsonContext.Default.RemovedResponse);
    }

    private async Task<Problem?> StoreAsync(Func<Task<Problem?>> change)
    {
        try
        {
            return await change();
        }
        catch (OverridesUnavailableException exception)
        {
            LogNotStored(exception);
            return new(
                ProblemReason.Unavailable, "the change could not be stored; see the log for the reason; it is safe to try again");
        }
    }

    private static Problem? Target(HttpContext context, out Override? target)
    {
        Problem? problem = AccountTarget.Read(context, out IReadOnlyDictionary<string, string> route, out Account account);
        target = problem is null ? new() { Account = account, Policy = route["policy"], Limit = route["limit"] } : null;
        return problem;
    }

    // An unknown policy or limit is an error of the address, not of the body. A DELETE does not check it, so that overrides of a
    // limit that no longer exists can be removed.
    private Problem? Validate(Override change)
    {
        Policy? policy = catalog.Current.Policies.GetValueOrDefault(change.Policy)?.Policy;
        IReadOnlyList<OverrideError> errors = change.Validate(policy?.Definition, clock.UtcNow);
        return errors.FirstOrDefault(error => error.Field is "policy" or "limit") is { } unknown
            ? new(ProblemReason.Policy, unknown.Message, unknown.Field)
            : errors.Count > 0
                ? Problem.BadFields([.. errors.Select(error => new FieldError(error.Field, error.Message))])
                : null;
    }

    // The table has only the latest override of a limit; earlier ones are in the log only.
    private static string Changed(Override kept)
    {
        string change = kept.Unlimited ? "unlimited"
            : kept.Permits is { } permits ? string.Create(CultureInfo.InvariantCulture, $"permits {permits}")
            : string.Create(CultureInfo.InvariantCulture, $"multiply {kept.Multiply}");
        string window = kept.Window is { } other ? $", window {DurationText.Format(other)}" : "";
        string until = kept.Until is { } moment ? string.Create(CultureInfo.InvariantCulture, $", until {moment:O}") : "";
        return change + window + (kept.When is null ? "" : ", under a condition") + until;
    }

    // Line breaks and control characters of a caller must not forge lines of the log.
    private static string Logged(string text) => Quote.Of(text, Override.MaxNote);

    [LoggerMessage(
        21, LogLevel.Information, "An override of {Policy}/{Limit} for account {Account} ({Kind}) was set to {Change} by {By}: {Note}")]
    private partial void LogSet(string policy, string limit, string account, string kind, string change, string by, string note);

    [LoggerMessage(22, LogLevel.Information, "The overrides of {Policy}/{Limit} for account {Account} ({Kind}) were removed")]
    private partial void LogRemoved(string policy, string limit, string account, string kind);

    [LoggerMessage(23, LogLevel.Error, "A change of overrides could not be stored")]
    private partial void LogNotStored(Exception exception);
}
