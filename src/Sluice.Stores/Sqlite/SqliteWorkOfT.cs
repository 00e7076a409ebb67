using Sluice.Checkpoints;

namespace Sluice.Stores.Sqlite;

/// <summary>A call with a result.</summary>
internal sealed class SqliteWork<T>(Durability? durability, Func<SqliteDatabase, T> run) : SqliteWork(durability)
{
    // Callers go on elsewhere: the store's thread has the next commit to make.
    private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T _result = default!;

    public Task<T> Task => _answer.Task;

    public override void Run(SqliteDatabase database) => _result = run(database);

    public override void Answer() => _answer.TrySetResult(_result);

    public override void Fail(Exception exception) => _answer.TrySetException(exception);

    /// <summary>Gives the call up where it has not begun: then it takes no effect.</summary>
    public void Cancel(CancellationToken cancellationToken)
    {
        if (TryBegin())
        {
            _answer.TrySetCanceled(cancellationToken);
        }
    }
}
