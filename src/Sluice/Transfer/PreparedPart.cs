using Sluice.Integrity;
using Sluice.Notion;

namespace Sluice.Transfer;

/// <summary>A part that is ready to be sent: its bytes, what proves them, and what goes home, once, when it is over.</summary>
internal sealed class PreparedPart(int number, IPartBody body, PartProof proof, IDisposable? holds) : IDisposable
{
    private IDisposable? _holds = holds;

    public int Number => number;

    public IPartBody Body => body;

    public PartProof Proof => proof;

    public void Dispose() => Interlocked.Exchange(ref _holds, null)?.Dispose();
}
