namespace Sluice.AspNetCore.Security;

/// <summary>What a caller may do.</summary>
[Flags]
internal enum Scopes
{
    None = 0,

    /// <summary>Make uploads, bring their bytes, give them up.</summary>
    Upload = 1,

    /// <summary>See the own list, the status and events.</summary>
    Read = 2,

    /// <summary>All of it, for every owner.</summary>
    Admin = 4,
}
