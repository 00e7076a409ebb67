namespace Sluice.AspNetCore.Security;

/// <summary>How a caller proved who it is.</summary>
internal enum CallerKind
{
    /// <summary>Not at all: loopback without keys, or allowed by a setting.</summary>
    Anonymous,

    /// <summary>An API key in the Authorization header.</summary>
    Key,

    /// <summary>A cookie that a key was exchanged for.</summary>
    Session,

    /// <summary>A signed link's token in the Authorization header.</summary>
    Link,

    /// <summary>The application that maps the gateway said so.</summary>
    Application,
}
