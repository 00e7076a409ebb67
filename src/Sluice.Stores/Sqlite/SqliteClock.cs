namespace Sluice.Stores.Sqlite;

/// <summary>
/// The store's clock in ticks. It never goes back and does not follow a wall clock that is set: all processes of one boot of the
/// machine count the system's monotonic clock from an anchor in the file; after a reboot the anchor is set anew, behind
/// everything the file knows. Where the boot has no name the anchor is the process's own (ADR 0021).
/// </summary>
internal sealed class SqliteClock
{
    private readonly TimeProvider _time;
    private readonly long _offset;

    private SqliteClock(TimeProvider time, long offset)
    {
        _time = time;
        _offset = offset;
    }

    public long Now => _offset + Monotonic(_time);

    /// <summary>Reads or sets the anchor; runs in a write transaction.</summary>
    public static SqliteClock Anchor(SqliteDatabase database, TimeProvider time, string? boot)
    {
        var monotonic = Monotonic(time);
        if (boot is not null)
        {
            var anchors = database.Rows("SELECT number FROM meta WHERE name = 'clock' AND text = ?1", static row => row.GetInt64(0), boot);
            if (anchors.Count == 1)
            {
                return new(time, anchors[0]);
            }
        }

        var known = database.Number("""
            SELECT max(
                coalesce((SELECT max(changed) FROM uploads), 0),
                coalesce((SELECT max(at) FROM leases), 0),
                coalesce((SELECT max(at) FROM connections), 0))
            """);
        var offset = Math.Max(time.GetUtcNow().Ticks, known) - monotonic;
        if (boot is not null)
        {
            database.Execute("INSERT OR REPLACE INTO meta (name, number, text) VALUES ('clock', ?1, ?2)", offset, boot);
        }

        return new(time, offset);
    }

    /// <summary>The name of this boot of the machine, where the system gives one.</summary>
    public static string? BootOf(TimeProvider time)
    {
        const string path = "/proc/sys/kernel/random/boot_id";
        return ReferenceEquals(time, TimeProvider.System) && OperatingSystem.IsLinux() && File.Exists(path) ? File.ReadAllText(path).Trim() : null;
    }

    /// <summary>In whole numbers: as a double, a machine's uptime of months loses ticks.</summary>
    private static long Monotonic(TimeProvider time)
    {
        var (seconds, rest) = Math.DivRem(time.GetTimestamp(), time.TimestampFrequency);
        return (seconds * TimeSpan.TicksPerSecond) + (rest * TimeSpan.TicksPerSecond / time.TimestampFrequency);
    }
}
