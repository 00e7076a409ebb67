namespace Sluice.Transfer;

/// <summary>The uploads of one engine at one moment.</summary>
/// <param name="Open">Begun and not over: on a gateway also those whose client is away.</param>
/// <param name="Active">Of them, those that hold a part buffer or a send.</param>
/// <param name="Queued">Of them, those that wait for their turn although the next part would be here at once.</param>
internal readonly record struct UploadCensus(int Open, int Active, int Queued);
