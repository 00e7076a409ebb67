using System.Text;
using Spectre.Console;

namespace Sluice.Cli.Output;

/// <summary>Standard error for Spectre.Console; wide enough that it never wraps a line, which <see cref="BarsLayout"/> has cut already.</summary>
internal sealed class TerminalOutput(World world) : IAnsiConsoleOutput
{
    public TextWriter Writer => world.Error;

    public bool IsTerminal => true;

    public int Width => world.TerminalSize().Columns;

    public int Height => world.TerminalSize().Rows;

    /// <summary>The process's encoding stays as it is.</summary>
    public void SetEncoding(Encoding encoding)
    {
    }
}
