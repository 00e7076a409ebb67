using System.Globalization;
using Sluice.Settings;

namespace Sluice.AspNetCore.Admission;

/// <summary>
/// How long a new upload waits before it starts, by how full something is: <c>0.4=500ms,0.6=1s,0.8=2s</c> reads "above 0.4
/// wait 500 ms, above 0.6 wait 1 s, …". Marks go up. Pure; DelayTableTests.
/// </summary>
internal sealed class DelayTable
{
    private readonly (double Mark, TimeSpan Delay)[] _steps;

    private DelayTable((double Mark, TimeSpan Delay)[] steps) => _steps = steps;

    /// <summary>Reads a table; an empty text is one without a delay.</summary>
    /// <param name="text">As the setting has it.</param>
    /// <param name="most">The largest mark that makes sense: 1 for shares, 100 for percents.</param>
    /// <param name="table">The table; null where the text is none.</param>
    public static bool TryParse(string text, double most, out DelayTable? table)
    {
        table = null;
        List<(double Mark, TimeSpan Delay)> steps = [];
        foreach (var step in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var equals = step.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0 || !double.TryParse(step[..equals].Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var mark) || !SettingText.TryDuration(step[(equals + 1)..].Trim(), out var delay)
                || mark < 0 || mark > most || delay > MostDelay || (steps.Count > 0 && mark <= steps[^1].Mark))
            {
                return false;
            }

            steps.Add((mark, delay));
        }

        table = new DelayTable([.. steps]);
        return true;
    }

    /// <summary>A longer delay would be a refusal without an answer: clients' proxies wait 30 s.</summary>
    public static TimeSpan MostDelay { get; } = TimeSpan.FromSeconds(20);

    /// <summary>The delay of the highest mark that the value is above; zero below all of them.</summary>
    public TimeSpan At(double value)
    {
        var delay = TimeSpan.Zero;
        foreach (var step in _steps)
        {
            if (value <= step.Mark)
            {
                break;
            }

            delay = step.Delay;
        }

        return delay;
    }
}
