namespace Sluice.Pacing;

/// <summary>
/// Those who wait for a request of the budget, each line in the order they came. Control calls go first. Parts and new uploads take
/// turns: a thousand uploads that begin at once do not keep those already made from sending, nor does one large file keep
/// others from beginning. Guarded by its owner.
/// </summary>
internal sealed class RequestLines
{
    private readonly LinkedList<TaskCompletionSource<long>> _control = [];
    private readonly LinkedList<TaskCompletionSource<long>> _parts = [];
    private readonly LinkedList<TaskCompletionSource<long>> _creates = [];
    private bool _createsTurn;

    public int Count => _control.Count + _parts.Count + _creates.Count;

    /// <summary>A new place at the end of its line.</summary>
    public LinkedListNode<TaskCompletionSource<long>> Add(RequestLine line) =>
        (line switch { RequestLine.Control => _control, RequestLine.Create => _creates, _ => _parts }).AddLast(new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously));

    /// <summary>Whose turn it is; null: nobody's, or only parts wait and they may not go.</summary>
    public LinkedListNode<TaskCompletionSource<long>>? First(bool partsMayGo)
    {
        var part = partsMayGo ? _parts.First : null;
        return _control.First ?? (_createsTurn ? _creates.First ?? part : part ?? _creates.First);
    }

    /// <summary>The turn of a place has come: it leaves its line.</summary>
    public void Serve(LinkedListNode<TaskCompletionSource<long>> place)
    {
        if (place.List != _control)
        {
            _createsTurn = place.List == _parts;
        }

        Remove(place);
    }

    /// <summary>Takes a place out; false where its turn had come.</summary>
    public static bool Remove(LinkedListNode<TaskCompletionSource<long>> place)
    {
        if (place.List is not { } line)
        {
            return false;
        }

        line.Remove(place);
        return true;
    }

    /// <summary>Empties all lines.</summary>
    public TaskCompletionSource<long>[] Clear()
    {
        TaskCompletionSource<long>[] all = [.. _control, .. _creates, .. _parts];
        _control.Clear();
        _creates.Clear();
        _parts.Clear();
        return all;
    }
}
