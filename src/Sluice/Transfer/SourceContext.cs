using Sluice.Settings;

namespace Sluice.Transfer;

/// <summary>What a source may need to open itself.</summary>
/// <param name="UploadId">The upload's id: names its spool file.</param>
/// <param name="Options">The settings.</param>
/// <param name="SpoolFolder">Where spool files lie.</param>
/// <param name="MaxLength">More bytes than this are refused while they are read.</param>
/// <param name="Time">The clock.</param>
internal sealed record SourceContext(string UploadId, SluiceOptions Options, string SpoolFolder, long MaxLength, TimeProvider Time);
