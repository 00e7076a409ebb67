namespace Sluice.Cli.Output;

/// <summary>A line an upload every ten seconds, for logs and pipes.</summary>
internal sealed class LinesDisplay : IProgressDisplay
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly World _world;
    private readonly IReadOnlyList<WatchedUpload> _uploads;
    private readonly Lock _lock = new();
    private readonly ITimer _timer;

    public LinesDisplay(World world, IReadOnlyList<WatchedUpload> uploads)
    {
        _world = world;
        _uploads = uploads;
        foreach (var upload in uploads)
        {
            upload.Read();
        }

        _timer = world.Time.CreateTimer(static state => ((LinesDisplay)state!).Show(), this, Interval, Interval);
    }

    public void Result(string line)
    {
        lock (_lock)
        {
            _world.Out.WriteLine(line);
            _world.Out.Flush();
        }
    }

    public void Say(string line)
    {
        lock (_lock)
        {
            _world.Error.WriteLine(line);
        }
    }

    public ValueTask DisposeAsync() => _timer.DisposeAsync();

    private void Show()
    {
        lock (_lock)
        {
            foreach (var upload in _uploads)
            {
                if (!upload.IsOver && upload.Read() is { IsQueued: false } row)
                {
                    _world.Error.WriteLine(row.ToLine());
                }
            }
        }
    }
}
