using BenchmarkDotNet.Attributes;
using Sluice.Buffers;

namespace Sluice.Bench.HotPath;

/// <summary>Bytes of a stream on their way into a part buffer.</summary>
[MemoryDiagnoser]
public class FillBenchmarks
{
    private const int Chunk64 = 64 << 10;
    private const int Part = 5 << 20;
    private const long Long = 64L << 20;

    private readonly byte[] _chunk = new byte[Chunk64];
    private readonly MemoryStream _stream = new(new byte[Chunk64], writable: false);
    private readonly PartBuffers _buffers = new(new MemoryOptions { BufferMb = 80, PerUploadMb = 80 }, TimeProvider.System);
    private PartBuffer? _buffer;

    /// <summary>Makes every page once: from then on the pool has them.</summary>
    [GlobalSetup]
    public void Setup()
    {
        using var all = Rent(Long);
        while (!all.IsFull)
        {
            all.Advance(all.GetMemory().Length);
        }
    }

    /// <summary>One read of 64 KiB from a stream, copied into the pages of a part that is being filled.</summary>
    [Benchmark]
    public void StreamChunk()
    {
        if (_buffer is null || _buffer.IsFull)
        {
            _buffer?.Dispose();
            _buffer = Rent(Long);
        }

        _stream.Position = 0;
        var read = _stream.Read(_chunk);
        _buffer.Append(_chunk.AsSpan(0, read));
    }

    /// <summary>A whole part of 5 MiB: ticket, buffer, pages, and all of it home again.</summary>
    [Benchmark]
    public void WholePart()
    {
        using var part = Rent(Part);
        while (!part.IsFull)
        {
            part.Append(_chunk.AsSpan(0, (int)Math.Min(Chunk64, part.Capacity - part.Length)));
        }
    }

    /// <summary>Gives the memory back.</summary>
    [GlobalCleanup]
    public void Cleanup()
    {
        _buffer?.Dispose();
        _buffers.Dispose();
        _stream.Dispose();
    }

    private PartBuffer Rent(long length)
    {
        var rented = _buffers.RentAsync(length, CancellationToken.None);
        return rented.IsCompletedSuccessfully ? rented.Result : throw new InvalidOperationException("There is no memory for the part.");
    }
}
