using Spectre.Console;

namespace Sluice.Cli.Output;

/// <summary>
/// Live bars at the foot of the terminal. Results and messages go above them: the bars are erased, the line is written, the
/// bars are drawn again, all under one lock, because standard output and standard error end in the same place.
/// </summary>
internal sealed class BarsDisplay : IProgressDisplay
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);
    private const string HideCursor = "\u001b[?25l";
    private const string ShowCursor = "\u001b[?25h";

    private readonly World _world;
    private readonly IAnsiConsole _console;
    private readonly IReadOnlyList<WatchedUpload> _uploads;
    private readonly Lock _lock = new();
    private readonly ITimer _timer;
    private int _drawn;
    private bool _over;

    public BarsDisplay(World world, IReadOnlyList<WatchedUpload> uploads)
    {
        _world = world;
        _uploads = uploads;
        _console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.Yes, Interactive = InteractionSupport.No, Out = new TerminalOutput(world) });
        world.Error.Write(HideCursor);
        _timer = world.Time.CreateTimer(static state => ((BarsDisplay)state!).Redraw(), this, TimeSpan.Zero, Interval);
    }

    public void Result(string line)
    {
        lock (_lock)
        {
            Erase();
            _world.Out.WriteLine(line);
            _world.Out.Flush();
            Draw();
        }
    }

    public void Say(string line)
    {
        lock (_lock)
        {
            Erase();
            _world.Error.WriteLine(line);
            Draw();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        lock (_lock)
        {
            Erase();
            _over = true;
            _world.Error.Write(ShowCursor);
            _world.Error.Flush();
        }
    }

    private void Redraw()
    {
        lock (_lock)
        {
            Erase();
            Draw();
        }
    }

    private void Erase()
    {
        if (_drawn > 0)
        {
            _world.Error.Write($"\u001b[{_drawn}A\r\u001b[0J");
            _drawn = 0;
        }
    }

    private void Draw()
    {
        if (_over)
        {
            return;
        }

        var (columns, rows) = _world.TerminalSize();
        var lines = BarsLayout.Lines(_uploads, columns - 1, rows - 1);
        foreach (var line in lines)
        {
            _console.MarkupLine(line);
        }

        _drawn = lines.Count;
        _world.Error.Flush();
    }
}
