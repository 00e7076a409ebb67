namespace Sluice.AspNetCore.Hosting;

/// <summary>Clocks and sockets of the front door. Section <c>Front</c>. Defaults are those of the small profile.</summary>
public sealed class FrontOptions
{
    /// <summary>From the last body byte to an answer, 1 s to 10 min: finishing goes on behind it.</summary>
    public TimeSpan AnswerDeadline { get; set; } = TimeSpan.FromSeconds(25);

    /// <summary>No byte for so long while one is waited for ends a body, 1 s to 1 h.</summary>
    public TimeSpan ClientIdle { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>While held back, a body gives one receive window so often, 1 s to 1 h.</summary>
    public TimeSpan HoldRead { get; set; } = TimeSpan.FromSeconds(40);

    /// <summary>SO_RCVBUF of accepted connections in bytes, 16 KiB to 16 MiB; 0 is auto: 64 KiB behind a router, 256 KiB where clients connect directly, less where all connections together would take more than a quarter of the memory.</summary>
    public int ReceiveBuffer { get; set; }

    /// <summary>Connections at once, 10 to 1,000,000.</summary>
    public int MaxConnections { get; set; } = 2200;
}
