namespace Sluice.Spool;

/// <summary>Which bytes the spool keeps until their upload is done.</summary>
public enum SpoolKeep
{
    /// <summary>What needs staging.</summary>
    Auto,

    /// <summary>Every byte, so that any pause of up to 24 h resumes.</summary>
    All,

    /// <summary>None.</summary>
    None,
}
