namespace Sluice.Transfer;

/// <summary>A new upload that wants to be accepted.</summary>
/// <param name="UploadId">The id it would get.</param>
/// <param name="Owner">Whose it is.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="CanReread">Whether its bytes can be read again, so that it needs no memory of its own.</param>
internal readonly record struct AdmissionQuestion(string UploadId, string Owner, long Length, bool CanReread);
