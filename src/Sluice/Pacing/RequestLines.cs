namespace Sluice.Pacing;

/// <summary>Those who wait for a request of the budget: control calls before parts, each line in the order they came. Guarded by its owner.</summary>
internal sealed class RequestLines
{
    private readonly LinkedList<TaskCompletionSource<long>> _control = [];
    private readonly LinkedList<TaskCompletionSource<long>> _parts = [];

    public int Count => _control.Count + _parts.Count;

    /// <summary>A new place at the end of its line.</summary>
    public LinkedListNode<TaskCompletionSource<long>> Add(bool control) =>
        (control ? _control : _parts).AddLast(new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously));

    /// <summary>Whose turn it is; null: nobody's, or only parts wait and they may not go.</summary>
    public LinkedListNode<TaskCompletionSource<long>>? First(bool partsMayGo) => _control.First ?? (partsMayGo ? _parts.First : null);

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

    /// <summary>Empties both lines.</summary>
    public TaskCompletionSource<long>[] Clear()
    {
        TaskCompletionSource<long>[] all = [.. _control, .. _parts];
        _control.Clear();
        _parts.Clear();
        return all;
    }
}
