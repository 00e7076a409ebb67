using System.Globalization;
using Sluice.Settings;

namespace Sluice.AspNetCore.Hosting;

/// <summary>A table of delays: above each mark, so long. Written <c>0.4=500ms,0.6=1s,0.8=2s</c>, marks rising; empty: no delay.</summary>
internal sealed class DelaySteps
{
    private readonly IReadOnlyList<(double Above, TimeSpan Delay)> _steps;

    private DelaySteps(IReadOnlyList<(double Above, TimeSpan Delay)> steps) => _steps = steps;

    /// <summary>Reads a table; false where it is none, or a mark is above <paramref name="most"/>.</summary>
    public static bool TryParse(string text, double most, out DelaySteps steps)
    {
        List<(double Above, TimeSpan Delay)> found = [];
        steps = new DelaySteps(found);
        foreach (var step in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var equals = step.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0
                || !double.TryParse(step[..equals], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var mark)
                || mark <= (found.Count > 0 ? found[^1].Above : 0) || mark > most
                || !SettingText.TryDuration(step[(equals + 1)..], out var delay))
            {
                return false;
            }

            found.Add((mark, delay));
        }

        return true;
    }

    /// <summary>The delay of the highest mark that is passed.</summary>
    public TimeSpan For(double value) => _steps.LastOrDefault(s => value > s.Above).Delay;
}
