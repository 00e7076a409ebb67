using Sluice.Diagnostics;

namespace Sluice.Cli.Output;

/// <summary>What one upload shows at one moment.</summary>
/// <param name="Name">The file.</param>
/// <param name="Share">How much arrived or is on its way, 0 to 1; null while the length is unknown.</param>
/// <param name="Amount">Bytes moved of how many.</param>
/// <param name="Speed">Bytes a second; null: not known yet, or nothing moves.</param>
/// <param name="Left">The time left at this speed.</param>
/// <param name="Retries">Attempts repeated in this run.</param>
/// <param name="Generation">Above 1 Notion forgot earlier tries.</param>
/// <param name="Sentence">What is waited for; null: it moves.</param>
/// <param name="IsQueued">Nothing has begun for it.</param>
internal sealed record ProgressRow(string Name, double? Share, string Amount, string? Speed, string? Left, int Retries, int Generation, string? Sentence, bool IsQueued)
{
    public static ProgressRow Of(string name, UploadSnapshot snapshot, double? speed)
    {
        var known = snapshot.Length > 0;
        var remaining = snapshot.Length - snapshot.MovedBytes;
        var moves = speed is >= 1;
        return new(
            name,
            known ? (double)snapshot.MovedBytes / snapshot.Length : null,
            known ? $"{Quantity.Bytes(snapshot.MovedBytes)} of {Quantity.Bytes(snapshot.Length)}" : "",
            moves ? Quantity.Speed(speed!.Value) : null,
            moves && known && remaining > 0 ? Quantity.CountDown(TimeSpan.FromSeconds(Math.Min(remaining / speed!.Value, 864_000))) : null,
            snapshot.Retries,
            snapshot.Generation,
            WaitSentence.Of(snapshot),
            snapshot is { PartsTotal: 0, Wait: WaitReason.None or WaitReason.Queue, State: "waiting" });
    }

    /// <summary>The row as a line of a log.</summary>
    public string ToLine()
    {
        List<string> facts = [];
        if (Share is { } share)
        {
            facts.Add($"{Quantity.Percent(share)} ({Amount})");
        }

        if (Speed is not null)
        {
            facts.Add(Left is null ? Speed : $"{Speed}, {Left} left");
        }

        if (Retries > 0)
        {
            facts.Add(Retried(Retries));
        }

        if (Generation > 1)
        {
            facts.Add($"try {Generation}: Notion forgot the one before");
        }

        if (Sentence is not null)
        {
            facts.Add(Sentence);
        }

        return facts.Count == 0 ? $"{Name}: beginning" : $"{Name}: {string.Join("; ", facts)}";
    }

    public static string Retried(int retries) => retries == 1 ? "1 retry" : $"{retries} retries";
}
