using Sluice.Integrity;
using Sluice.Notion;

namespace Sluice.Transfer;

/// <summary>A part that is ready to be sent: its bytes, what proves them, and what goes home, once, when it is over.</summary>
internal sealed class PreparedPart(int number, IPartBody body, Func<PartProof> proof, IDisposable? holds) : IDisposable
{
    private IDisposable? _holds = holds;

    public PreparedPart(int number, IPartBody body, PartProof proof, IDisposable? holds)
        : this(number, body, () => proof, holds)
    {
    }

    public int Number => number;

    public IPartBody Body => body;

    /// <summary>There once the part was sent: some are hashed only then.</summary>
    public PartProof Proof => proof();

    public void Dispose() => Interlocked.Exchange(ref _holds, null)?.Dispose();
}
