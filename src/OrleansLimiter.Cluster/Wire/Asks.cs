using Orleans;

namespace OrleansLimiter.Cluster;

/// <summary>Questions to groups of one silo, which travel together.</summary>
/// <param name="rules">The rules that the questions speak of, each once; null in place of what the silo does not understand.</param>
/// <param name="asks">The questions, in the order in which they are answered.</param>
[GenerateSerializer, Immutable, Alias("limiter.asks")]
public sealed class AsksMessage(GroupRules?[] rules, AskData[] asks)
{
    /// <summary>The rules that the questions speak of, each once; null in place of what the silo does not understand.</summary>
    [Id(0)]
    public GroupRules?[] Rules { get; } = rules;

    /// <summary>The questions, in the order in which they are answered.</summary>
    [Id(1)]
    public AskData[] Asks { get; } = asks;
}

/// <summary>A question to a group on its way.</summary>
/// <param name="Group">The number that the silo has given the group.</param>
/// <param name="Kind">What to do: 0 take, 1 hold, 2 confirm, 3 return, 4 read.</param>
/// <param name="Rules">Which of the message's rules; of no meaning for a confirmation.</param>
/// <param name="Cost">Permits, 1 or more.</param>
/// <param name="TakeId">The take's name; 0: none.</param>
[GenerateSerializer, Immutable, Alias("limiter.ask")]
public readonly record struct AskData(
    [property: Id(0)] long Group,
    [property: Id(1)] byte Kind,
    [property: Id(2)] int Rules,
    [property: Id(3)] int Cost,
    [property: Id(4)] long TakeId)
{
    internal static AskData Of(long group, in GroupAsk ask, int rules) =>
        new(group, (byte)ask.Kind, rules, ask.Cost, ask.Id.Value);

    internal GroupAsk ToAsk(GroupRules?[] rules) =>
        new((AskKind)Kind, (uint)Rules < (uint)rules.Length ? rules[Rules] : null, Cost, new(TakeId));
}

/// <summary>The answers to questions that have travelled together.</summary>
/// <param name="answers">One for each question, in order; <see cref="GroupAnswer.Gone"/> where no such group lives.</param>
[GenerateSerializer, Immutable, Alias("limiter.answers")]
public sealed class AsksAnswer(GroupAnswer[] answers)
{
    /// <summary>One for each question, in order; <see cref="GroupAnswer.Gone"/> where no such group lives.</summary>
    [Id(0)]
    public GroupAnswer[] Answers { get; } = answers;
}
