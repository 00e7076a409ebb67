namespace Sluice.Checkpoints;

/// <summary>The keys of leases. Fenced writes of an upload take only the lease of that upload.</summary>
internal static class LeaseKeys
{
    /// <summary>The right to move an upload.</summary>
    public static string Upload(string uploadId) => "upload:" + uploadId;

    /// <summary>The right to attach to a target.</summary>
    public static string Target(string targetId) => "target:" + targetId;

    /// <summary>The right to look for the record of a source, and to make it (docs/adr/0003).</summary>
    public static string Source(string sourceKey) => "source:" + sourceKey;

    /// <summary>Throws where a lease is not the upload's own: a bug of the caller, never an outcome.</summary>
    public static void MustBeOf(Lease lease, string uploadId)
    {
        if (!string.Equals(lease.Key, Upload(uploadId), StringComparison.Ordinal))
        {
            throw new ArgumentException($"The lease {lease.Key} is not the lease of upload {uploadId}.", nameof(lease));
        }
    }
}
