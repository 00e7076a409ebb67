using Sluice.Notion;

namespace Sluice.Tests.Notion;

/// <summary>A part in memory, written in small pieces; whoever reads it after <see cref="GiveBack"/> is noticed.</summary>
internal sealed class TestBody(byte[] bytes, int piece = 1024) : IPartBody
{
    private volatile bool _givenBack;

    public long Length => bytes.Length;

    public bool ReadTooLate { get; private set; }

    public bool Reading { get; private set; }

    public int Reads { get; private set; }

    public Func<int, CancellationToken, ValueTask>? BeforePiece { get; set; }

    public void GiveBack() => _givenBack = true;

    public async ValueTask WriteToAsync(Stream destination, CancellationToken cancellationToken)
    {
        Reads++;
        Reading = true;
        try
        {
            for (var at = 0; at < bytes.Length; at += piece)
            {
                ReadTooLate |= _givenBack;
                if (BeforePiece is { } before)
                {
                    await before(at, cancellationToken);
                }

                await destination.WriteAsync(bytes.AsMemory(at, Math.Min(piece, bytes.Length - at)), cancellationToken);
            }
        }
        finally
        {
            ReadTooLate |= _givenBack;
            Reading = false;
        }
    }
}
