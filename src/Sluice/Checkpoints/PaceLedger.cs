using System.Collections.Immutable;

namespace Sluice.Checkpoints;

/// <summary>
/// The arithmetic of one connection's request budget over all processes; plain values in, plain values out. A grant counts as
/// made now until its holder settles it, and from its end where it ran out, so that the count is never below what Notion saw
/// (RequestBudgetPropertyTests, ConnectionStoreContract). Times are ticks of the store's clock, which never goes back.
/// </summary>
internal static class PaceLedger
{
    /// <summary>Settles, forgets and grants in one step.</summary>
    public static (ImmutableArray<PaceMark> Ledger, PaceAnswer Answer) Lease(
        ImmutableArray<PaceMark> ledger, PaceRequest request, long now, TimeSpan notBeforeIn, int? savedRate)
    {
        var marks = new List<PaceMark>(ledger.Length + request.UsedAges.Count + 1);

        // 1. Grants whose time is over count from their end.
        foreach (var mark in ledger)
        {
            marks.Add(mark.Kind == PaceMarkKind.Open && mark.At <= now ? mark with { Kind = PaceMarkKind.Lapsed } : mark);
        }

        // 2. What the holder tells takes the place of as much of its grants, the oldest first. A request nobody granted is counted all the same.
        var owed = Consume(marks, request.Holder, PaceMarkKind.Lapsed, request.UsedAges.Count + Math.Max(0, request.Returned));
        Consume(marks, request.Holder, PaceMarkKind.Open, owed);
        foreach (var age in request.UsedAges)
        {
            Add(marks, new(PaceMarkKind.Used, "", now - Math.Max(0, age.Ticks), 1));
        }

        // 3. What left the window is forgotten.
        var windowBegin = now - request.Window.Ticks;
        marks.RemoveAll(mark => mark.Count == 0 || (mark.Kind != PaceMarkKind.Open && mark.At <= windowBegin));

        // 4. The rest of the limit is there to be granted.
        var used = marks.Sum(mark => mark.Count);
        var granted = Math.Clamp(request.Limit - used, 0, Math.Max(0, request.Want));
        if (granted > 0)
        {
            marks.Add(new(PaceMarkKind.Open, request.Holder, now + request.TimeToLive.Ticks, granted));
        }

        marks.Sort(static (left, right) => left.At.CompareTo(right.At));
        var next = granted < request.Want ? NextIn(marks, used + granted - request.Limit + 1, now, request.Window) : TimeSpan.Zero;
        return ([.. marks], new(granted, next, notBeforeIn, used + granted, savedRate));
    }

    /// <summary>When the next <paramref name="tooMany"/> requests have left the window, if no grant is given back sooner.</summary>
    private static TimeSpan NextIn(List<PaceMark> sorted, int tooMany, long now, TimeSpan window)
    {
        foreach (var mark in sorted)
        {
            tooMany -= mark.Count;
            if (tooMany <= 0)
            {
                return TimeSpan.FromTicks(Math.Max(1, mark.At + window.Ticks - now));
            }
        }

        return window;
    }

    /// <summary>Takes up to <paramref name="count"/> from the holder's marks of a kind, the oldest first; gives what is still owed.</summary>
    private static int Consume(List<PaceMark> marks, string holder, PaceMarkKind kind, int count)
    {
        for (var i = 0; i < marks.Count && count > 0; i++)
        {
            if (marks[i].Kind != kind || marks[i].Holder != holder)
            {
                continue;
            }

            var taken = Math.Min(marks[i].Count, count);
            marks[i] = marks[i] with { Count = marks[i].Count - taken };
            count -= taken;
        }

        return count;
    }

    private static void Add(List<PaceMark> marks, PaceMark mark)
    {
        var same = marks.FindIndex(other => other.Kind == mark.Kind && other.At == mark.At && other.Holder == mark.Holder);
        if (same < 0)
        {
            marks.Add(mark);
        }
        else
        {
            marks[same] = mark with { Count = marks[same].Count + mark.Count };
        }
    }
}
