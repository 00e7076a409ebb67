namespace Sluice.Relay;

/// <summary>How a body that a client sent came to its end.</summary>
internal enum BodyEnd
{
    /// <summary>Every byte of it was taken.</summary>
    Whole,

    /// <summary>A newer request, a step back of the session or a shutdown ended it; what was taken counts.</summary>
    Cut,

    /// <summary>The session that read it stops, and soon it is known whether the upload failed or goes on another time; what was taken counts.</summary>
    Stopped,

    /// <summary>The client or its connection went away; what was taken counts.</summary>
    ClientGone,

    /// <summary>No byte came while one was waited for, for longer than Front:ClientIdle; what was taken counts.</summary>
    Idle,

    /// <summary>It does not begin where the bytes here end; nothing was taken.</summary>
    WrongOffset,

    /// <summary>The last byte, sent again, is not the one that is here: the client's file is another.</summary>
    Different,
}
