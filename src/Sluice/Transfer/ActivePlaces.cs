using Sluice.Diagnostics;

namespace Sluice.Transfer;

/// <summary>So many uploads do something at once; the others wait in the order they came, so that the first are done first.</summary>
internal sealed class ActivePlaces(int count)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<TaskCompletionSource> _line = [];
    private int _free = count;

    /// <summary>Waits for a place; dispose it.</summary>
    /// <param name="view">Shows the wait.</param>
    /// <param name="reason">What is waited for where no place is free.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<IDisposable> TakeAsync(UploadView view, WaitReason reason, CancellationToken cancellationToken)
    {
        LinkedListNode<TaskCompletionSource>? place = null;
        lock (_lock)
        {
            if (_free > 0)
            {
                _free--;
            }
            else
            {
                place = _line.AddLast(new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            }
        }

        if (place is not null)
        {
            view.Waiting(reason);
            try
            {
                await place.Value.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                if (!Forget(place))
                {
                    // The turn came at the same moment: hand it on.
                    Free();
                }

                throw;
            }
        }

        return new Place(this);
    }

    private bool Forget(LinkedListNode<TaskCompletionSource> place)
    {
        lock (_lock)
        {
            if (place.List is null)
            {
                return false;
            }

            _line.Remove(place);
            return true;
        }
    }

    private void Free()
    {
        TaskCompletionSource? next = null;
        lock (_lock)
        {
            if (_line.First is { } first)
            {
                _line.RemoveFirst();
                next = first.Value;
            }
            else
            {
                _free++;
            }
        }

        next?.TrySetResult();
    }

    private sealed class Place(ActivePlaces places) : IDisposable
    {
        private int _over;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _over, 1) == 0)
            {
                places.Free();
            }
        }
    }
}
