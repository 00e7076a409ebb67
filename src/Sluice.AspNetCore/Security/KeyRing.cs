using Sluice.Checkpoints;

namespace Sluice.AspNetCore.Security;

/// <summary>
/// Finds keys by id: those of the settings, and those of the store, which are kept for 60 s, so that a revocation is seen within
/// that time and a busy gateway does not ask the store on each request (KeyRingTests). Unknown ids are not kept.
/// </summary>
internal sealed class KeyRing
{
    public static readonly TimeSpan Kept = TimeSpan.FromSeconds(60);

    private const int MaxKept = 1024;

    private readonly Dictionary<string, KeyRecord> _settings;
    private readonly Dictionary<string, (KeyRecord Key, long At)> _kept = [];
    private readonly Lock _lock = new();
    private readonly IKeyStore _store;
    private readonly TimeProvider _time;
    private (bool Any, long At)? _any;

    public KeyRing(IEnumerable<string> settings, IKeyStore store, TimeProvider time)
    {
        _settings = settings.Select(text => SettingKey.TryParse(text, out var key) ? key : null).OfType<KeyRecord>().ToDictionary(key => key.Id);
        _store = store;
        _time = time;
    }

    /// <summary>Whether there are keys, or ever were; believed for 60 s too.</summary>
    /// <exception cref="StoreUnavailableException">It cannot be known now.</exception>
    public async ValueTask<bool> AnyAsync(CancellationToken cancellationToken)
    {
        if (_settings.Count > 0)
        {
            return true;
        }

        lock (_lock)
        {
            if (_any is var (known, at) && _time.GetElapsedTime(at) < Kept)
            {
                return known;
            }
        }

        // Revoked ones count: taking the last key away must close the door, not open it.
        var any = (await _store.ListAsync(cancellationToken)).Count > 0;
        lock (_lock)
        {
            _any = (any, _time.GetTimestamp());
        }

        return any;
    }

    /// <summary>The valid key with this id; null: there is none.</summary>
    /// <exception cref="StoreUnavailableException">It cannot be known now.</exception>
    public async ValueTask<KeyRecord?> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (_settings.TryGetValue(id, out var fixedKey))
        {
            return fixedKey;
        }

        lock (_lock)
        {
            if (_kept.TryGetValue(id, out var kept) && _time.GetElapsedTime(kept.At) < Kept)
            {
                return kept.Key;
            }
        }

        var found = await _store.FindAsync(id, cancellationToken);
        lock (_lock)
        {
            _kept.Remove(id);
            if (found is { Revoked: false })
            {
                if (_kept.Count >= MaxKept)
                {
                    _kept.Clear();
                }

                _kept[id] = (found, _time.GetTimestamp());
            }
        }

        return found is { Revoked: false } ? found : null;
    }
}
