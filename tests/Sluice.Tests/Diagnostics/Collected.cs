using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Sluice.Tests.Diagnostics;

/// <summary>Listens to one client's meter and sums up what it says.</summary>
internal sealed class Collected : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, double> _sums = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, List<double>> _values = new(StringComparer.Ordinal);

    public Collected(Meter meter)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter, meter))
            {
                Instruments.Add(instrument);
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((i, value, tags, _) => Add(i, value, tags));
        _listener.SetMeasurementEventCallback<int>((i, value, tags, _) => Add(i, value, tags));
        _listener.SetMeasurementEventCallback<double>((i, value, tags, _) => Add(i, value, tags));
        _listener.Start();
    }

    public List<Instrument> Instruments { get; } = [];

    /// <summary>Called with each measurement's key and value.</summary>
    public Action<string, double>? Heard { get; set; }

    /// <summary>The sum of all measurements under a key: <c>name</c> or <c>name{tag}</c>.</summary>
    public double Sum(string key) => _sums.GetValueOrDefault(key);

    /// <summary>All sums of one instrument, by tag.</summary>
    public Dictionary<string, double> ByTag(string name) =>
        _sums.Where(s => s.Key.StartsWith(name + "{", StringComparison.Ordinal)).ToDictionary(s => s.Key[(name.Length + 1)..^1], s => s.Value, StringComparer.Ordinal);

    public IReadOnlyList<double> Values(string key) => _values.GetValueOrDefault(key) ?? [];

    /// <summary>Asks what can be read at any time, and gives what was answered.</summary>
    public Dictionary<string, double> Observe()
    {
        _sums.Clear();
        _listener.RecordObservableInstruments();
        return new(_sums, StringComparer.Ordinal);
    }

    public void Dispose() => _listener.Dispose();

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var key = tags.Length == 0 ? instrument.Name : $"{instrument.Name}{{{tags[0].Value}}}";
        lock (_values)
        {
            _sums[key] = _sums.GetValueOrDefault(key) + value;
            if (!_values.TryGetValue(key, out var list))
            {
                _values[key] = list = [];
            }

            list.Add(value);
        }

        Heard?.Invoke(key, value);
    }
}
