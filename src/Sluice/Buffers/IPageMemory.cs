namespace Sluice.Buffers;

/// <summary>Where pages lie: memory outside of the collector's heap, by page index.</summary>
internal unsafe interface IPageMemory : IDisposable
{
    /// <summary>The page's bytes; what they hold is not defined.</summary>
    byte* Commit(int index);

    /// <summary>Gives the page's memory back to the system; <see cref="Commit"/> makes it usable again.</summary>
    void Release(int index, byte* page);
}
