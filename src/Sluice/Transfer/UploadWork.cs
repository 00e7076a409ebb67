namespace Sluice.Transfer;

/// <summary>What a run found out about its request before it took the lease.</summary>
/// <param name="Request">The request.</param>
/// <param name="Names">Name, type, kind of block.</param>
/// <param name="Source">The open source.</param>
/// <param name="Target">Where it goes; null: nowhere.</param>
internal sealed record UploadWork(UploadRequest Request, Preflight Names, IByteSource Source, ResolvedTarget? Target);
