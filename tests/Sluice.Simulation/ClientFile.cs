namespace Sluice.Simulation;

/// <summary>A file as a client has it. It may become another one of the same name and length.</summary>
internal sealed class ClientFile(string name, byte[] bytes)
{
    public string Name => name;

    public long Length => Bytes.Length;

    public byte[] Original { get; } = [.. bytes];

    public byte[] Bytes { get; } = bytes;

    /// <summary>True once its bytes are others.</summary>
    public bool Changed { get; private set; }

    /// <summary>The furthest byte that any body has brought.</summary>
    public long Delivered { get; set; }

    /// <summary>Every byte becomes another.</summary>
    public void Change()
    {
        Changed = true;
        for (var i = 0; i < Bytes.Length; i++)
        {
            Bytes[i] = (byte)(Original[i] ^ 0x55);
        }
    }
}
