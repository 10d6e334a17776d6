using System.Runtime.InteropServices;

namespace OrleansLimiter.Cluster;

/// <summary>Packs questions for one silo. They are mostly about the same few rules, and each of these travels once.</summary>
internal static class LaneMessage
{
    public static AsksMessage Of(ReadOnlySpan<LaneAsk> asks)
    {
        var data = new AskData[asks.Length];
        List<GroupRules> rules = [];
        int last = 0;
        for (int i = 0; i < data.Length; i++)
        {
            GroupAsk ask = asks[i].Ask;
            last = ask.Rules is null ? last : IndexOf(rules, ask.Rules, last);
            data[i] = AskData.Of(asks[i].Group.Number, ask, last);
        }

        return new([.. rules], data);
    }

    // The last one is most often the next.
    private static int IndexOf(List<GroupRules> rules, GroupRules one, int last)
    {
        if (last < rules.Count && rules[last] == one)
        {
            return last;
        }

        int index = CollectionsMarshal.AsSpan(rules).IndexOf(one);
        if (index < 0)
        {
            index = rules.Count;
            rules.Add(one);
        }

        return index;
    }
}
