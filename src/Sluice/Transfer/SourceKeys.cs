using System.Security.Cryptography;
using System.Text;
using Sluice.Checkpoints;

namespace Sluice.Transfer;

/// <summary>What says "the same upload": absolute path, target, Notion address and bot, as one digest.</summary>
internal static class SourceKeys
{
    /// <summary>Null for bytes without a path: nothing says that two streams are the same.</summary>
    public static string? Of(UploadSource source, UploadTarget target, string connectionId) => source.Key is { } path
        ? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{path}\n{target}\n{connectionId}")))
        : null;
}
