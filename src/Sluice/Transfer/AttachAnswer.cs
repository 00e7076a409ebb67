namespace Sluice.Transfer;

/// <summary>A clear success of an attach call. <paramref name="Ids"/>: the new block or row, as far as Notion named it.</summary>
internal sealed record AttachAnswer(IReadOnlyList<string> Ids);
