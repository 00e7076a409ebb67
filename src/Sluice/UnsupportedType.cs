namespace Sluice;

/// <summary>What to do with a file whose type Notion does not take.</summary>
public enum UnsupportedType
{
    /// <summary>Refuse it before a byte is sent.</summary>
    Reject,

    /// <summary>Carry it as <c>&lt;name&gt;.txt</c> with the type text/plain; its bytes are stored as they are.</summary>
    Text,
}
