using Microsoft.Extensions.Time.Testing;
using Sluice.Buffers;
using Sluice.Parts;
using Sluice.Relay;
using Sluice.Transfer;

namespace Sluice.Tests.Transfer;

/// <summary>Memory for a few parts, its two lanes, and uploads that fill them, on virtual time.</summary>
internal sealed class FillWorld : IDisposable
{
    private readonly List<Ticket> _hogged = [];

    public FillWorld(int bufferMb = 1, int perUpload = 4) =>
        (Buffers, Lanes) = Make(bufferMb, perUpload);

    public FakeTimeProvider Time { get; } = new();

    public PartBuffers Buffers { get; }

    public FillLanes Lanes { get; }

    public UploadView View(string id) => Views.TryGetValue(id, out var view) ? view : Views[id] = new UploadView(Time);

    private Dictionary<string, UploadView> Views { get; } = [];

    public RelayPartSupply Supply(ClientFeed feed, PartPlan plan, string id = "u1", bool hashing = true)
    {
        var holder = Buffers.Budget.Open(id);
        return new RelayPartSupply(feed, plan, 64 << 10, hashing, Lanes, View(id), (length, cancellationToken) => Buffers.RentAsync(holder, length, cancellationToken));
    }

    /// <summary>Takes all memory, and one more waits for some.</summary>
    public async Task<Task<Ticket>> HogAsync()
    {
        var piece = Buffers.Budget.LargestTicket;
        while (Buffers.Budget.TryAcquire(Buffers.Budget.Open("hog"), piece) is { } ticket)
        {
            _hogged.Add(ticket);
        }

        var waits = Buffers.Budget.AcquireAsync(Buffers.Budget.Open("waits"), piece, CancellationToken.None).AsTask();
        await Task.Yield();
        return waits;
    }

    public void LetGo() => _hogged.ForEach(static t => t.Dispose());

    public static async Task<byte[]> BytesAsync(PreparedPart part)
    {
        using var sent = new MemoryStream();
        await part.Body.WriteToAsync(sent, CancellationToken.None);
        return sent.ToArray();
    }

    public void Dispose()
    {
        LetGo();
        Buffers.Dispose();
    }

    private (PartBuffers Buffers, FillLanes Lanes) Make(int bufferMb, int perUpload)
    {
        var buffers = new PartBuffers(new MemoryOptions { PerUploadMb = bufferMb, PartBuffersPerUpload = perUpload }, Time, bufferMb: bufferMb);
        return (buffers, new FillLanes(buffers, Time));
    }
}
