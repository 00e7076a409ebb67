namespace Sluice.Cli.Output;

/// <summary>Shows uploads under way on standard error, and lets other lines through in between.</summary>
internal interface IProgressDisplay : IAsyncDisposable
{
    /// <summary>Writes a line of result to standard output.</summary>
    void Result(string line);

    /// <summary>Writes a line to standard error.</summary>
    void Say(string line);
}
