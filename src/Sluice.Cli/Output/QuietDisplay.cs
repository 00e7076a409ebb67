namespace Sluice.Cli.Output;

/// <summary>Nothing but results, and errors on standard error.</summary>
internal sealed class QuietDisplay(World world) : IProgressDisplay
{
    private readonly Lock _lock = new();

    public void Result(string line)
    {
        lock (_lock)
        {
            world.Out.WriteLine(line);
            world.Out.Flush();
        }
    }

    public void Say(string line)
    {
        lock (_lock)
        {
            world.Error.WriteLine(line);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
