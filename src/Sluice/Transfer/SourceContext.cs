using Sluice.Diagnostics;
using Sluice.Settings;
using Sluice.Spool;

namespace Sluice.Transfer;

/// <summary>What a source may need to open itself.</summary>
/// <param name="UploadId">The upload's id: names its spool file.</param>
/// <param name="Options">The settings.</param>
/// <param name="Spool">Where bytes that come once can wait.</param>
/// <param name="MaxLength">More bytes than this are refused while they are read.</param>
/// <param name="Waiting">Is told what opening waits for.</param>
internal sealed record SourceContext(string UploadId, SluiceOptions Options, SpoolKeeper Spool, long MaxLength, Action<WaitReason> Waiting);
