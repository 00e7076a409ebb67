namespace Sluice.Transfer;

/// <summary>A new upload that wants to be accepted.</summary>
/// <param name="Owner">Whose it is.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="CanReread">Whether its bytes can be read again, so that it needs no memory of its own.</param>
internal readonly record struct AdmissionQuestion(string Owner, long Length, bool CanReread);
