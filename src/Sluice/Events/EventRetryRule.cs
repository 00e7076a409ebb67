namespace Sluice.Events;

/// <summary>When an event that could not be told is told again: soon at first, then ever more rarely, and at last no more. Plain values.</summary>
internal static class EventRetryRule
{
    private const int Growth = 3;

    private static readonly TimeSpan First = TimeSpan.FromSeconds(5);

    /// <summary>The longest pause between two tries.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>The delay before the next try; null: given up.</summary>
    /// <param name="tries">How often it was tried, from 1.</param>
    /// <param name="age">How old the event is.</param>
    /// <param name="giveUpAfter">How old it may get.</param>
    /// <param name="asked">What the receiver asked for; taken where it is the longer one, up to <see cref="Longest"/>.</param>
    public static TimeSpan? Next(int tries, TimeSpan age, TimeSpan giveUpAfter, TimeSpan? asked)
    {
        if (age >= giveUpAfter)
        {
            return null;
        }

        var delay = First * Math.Pow(Growth, Math.Clamp(tries - 1, 0, 10));
        delay = asked is { } wanted && wanted > delay ? wanted : delay;
        return delay > Longest ? Longest : delay;
    }
}
