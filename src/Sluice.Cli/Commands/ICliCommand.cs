using System.CommandLine;

namespace Sluice.Cli.Commands;

/// <summary>One command of the program.</summary>
internal interface ICliCommand
{
    /// <summary>Its name, arguments and options, with the action that runs it.</summary>
    Command Command { get; }

    /// <summary>All that is wrong with what was given, settings included; also asked where the parser found mistakes, so that one run lists everything.</summary>
    void Check(ParseResult result, List<string> problems);
}
