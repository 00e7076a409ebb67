using Sluice.Checkpoints;

namespace Sluice.Stores.Sqlite;

/// <summary>A call on its way to the store's thread and back.</summary>
internal abstract class SqliteWork(Durability? durability)
{
    private int _begun;

    /// <summary>What a write must survive; null: a read.</summary>
    public Durability? Durability => durability;

    /// <summary>True for the one that may decide the call's fate: the thread that carries it out, or the caller that gives it up.</summary>
    public bool TryBegin() => Interlocked.Exchange(ref _begun, 1) == 0;

    /// <summary>Carries the call out and keeps its result for <see cref="Answer"/>.</summary>
    public abstract void Run(SqliteDatabase database);

    /// <summary>Gives the caller the result; for writes after the commit.</summary>
    public abstract void Answer();

    /// <summary>Gives the caller a failure.</summary>
    public abstract void Fail(Exception exception);
}
