using System.Collections;
using System.Reflection;
using Sluice.Checkpoints;
using Xunit;

namespace Sluice.Conformance.Checkpoints;

/// <summary>
/// No record has a place for a Notion token or the secret of a key. Every text that a store writes is on this list, which is
/// reviewed: a new field fails this test until somebody has said what goes into it.
/// </summary>
public sealed class RecordFieldsTests
{
    private static readonly string[] Reviewed =
    [
        "KeyRecord.Id", "KeyRecord.Owner", "KeyRecord.Scopes", "KeyRecord.Sha256",
        "Lease.Holder", "Lease.Key",
        "LinkRecord.Id", "LinkRecord.Owner", "LinkRecord.Target.Id", "LinkRecord.Target.Property",
        "OutboxEvent.Id", "OutboxEvent.Payload", "OutboxEvent.Type", "OutboxEvent.UploadId",
        "PaceRequest.ConnectionId", "PaceRequest.Holder",
        "PartRow.Proof.Digest", "PartRow.Proof.State",
        "TailRecord.Bytes",
        "UploadRecord.Attached.BlockId", "UploadRecord.Attached.PageId", "UploadRecord.Attached.Url",
        "UploadRecord.Caption", "UploadRecord.Connection", "UploadRecord.ConnectionId", "UploadRecord.ContentType",
        "UploadRecord.Error.Code", "UploadRecord.Error.Message", "UploadRecord.Error.NotionCode", "UploadRecord.Error.RequestId",
        "UploadRecord.Generation.ContentType", "UploadRecord.Generation.FileUploadId",
        "UploadRecord.Id", "UploadRecord.Metadata", "UploadRecord.Name", "UploadRecord.Owner", "UploadRecord.Sha256",
        "UploadRecord.Source.Inode", "UploadRecord.Source.Kind", "UploadRecord.Source.Path", "UploadRecord.SourceKey",
        "UploadRecord.Target.Id", "UploadRecord.Target.Property",
    ];

    [Fact]
    public void Every_text_that_is_stored_was_reviewed()
    {
        var found = new[] { typeof(UploadRecord), typeof(PartRow), typeof(KeyRecord), typeof(LinkRecord), typeof(TailRecord), typeof(OutboxEvent), typeof(Lease), typeof(PaceRequest) }
            .SelectMany(type => Texts(type, type.Name))
            .Order(StringComparer.Ordinal);

        Assert.Equal(Reviewed.Order(StringComparer.Ordinal), found);
    }

    private static IEnumerable<string> Texts(Type type, string path)
    {
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var inner = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            var name = $"{path}.{property.Name}";
            if (inner == typeof(string) || inner == typeof(byte[]) || inner == typeof(ReadOnlyMemory<byte>) || inner == typeof(Errors.ErrorCode) || inner == typeof(IReadOnlyList<string>))
            {
                yield return name;
            }
            else if (inner.Assembly == typeof(UploadRecord).Assembly && !inner.IsEnum)
            {
                foreach (var text in Texts(inner, name))
                {
                    yield return text;
                }
            }
            else
            {
                // Numbers, times and choices hold no secret; anything else has to be looked at here.
                Assert.True(inner.IsPrimitive || inner.IsEnum || inner == typeof(DateTimeOffset) || inner == typeof(TimeSpan) || inner == typeof(IReadOnlyList<TimeSpan>), name);
                Assert.True(inner.IsValueType || typeof(IEnumerable).IsAssignableFrom(inner), name);
            }
        }
    }
}
