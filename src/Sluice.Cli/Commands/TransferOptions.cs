using System.CommandLine;
using Sluice.Cli.Configuration;

namespace Sluice.Cli.Commands;

/// <summary>How bytes move and how it is shown: the options that <c>upload</c> and <c>resume</c> share. All but the last two are settings under another name.</summary>
internal sealed class TransferOptions
{
    private readonly Option<string?> _partSize = new("--part-size") { HelpName = "auto|size", Description = "Size of a part, 5MiB to 20MiB. Default: auto." };
    private readonly Option<string?> _concurrency = new("--concurrency") { HelpName = "auto|n", Description = "How many parts are sent at once. Default: auto." };
    private readonly Option<string?> _rate = new("--rate") { HelpName = "auto|n|off", Description = "Requests a minute. Default: auto, learned from Notion's answers." };
    private readonly Option<string?> _limitRate = new("--limit-rate") { HelpName = "bytes a second", Description = "At most so many bytes a second, over all files. Below about 110,000 no part of 5 MiB arrives within the minute that Notion gives it." };
    private readonly Option<string?> _giveUpAfter = new("--give-up-after") { HelpName = "duration", Description = "Stop after so long a time of failures without a success. Default: 1h." };
    private readonly Option<bool> _json = new("--json") { Description = "Print one line of JSON per file." };
    private readonly Option<bool> _quiet = new("--quiet", "-q") { Description = "Print results and errors only." };

    public void AddTo(Command command)
    {
        command.Options.Add(_partSize);
        command.Options.Add(_concurrency);
        command.Options.Add(_rate);
        command.Options.Add(_limitRate);
        command.Options.Add(_giveUpAfter);
        command.Options.Add(_json);
        command.Options.Add(_quiet);
    }

    public TransferArguments Read(ParseResult result)
    {
        List<SettingAssignment> assignments = [];
        if (result.Given(_partSize) is { } size)
        {
            assignments.Add(new SettingAssignment("Parts:Size", size, "--part-size"));
        }

        if (result.Given(_concurrency) is { } workers && workers != "auto")
        {
            assignments.Add(new SettingAssignment("Concurrency:MinWorkers", workers, "--concurrency"));
            assignments.Add(new SettingAssignment("Concurrency:MaxWorkers", workers, "--concurrency"));
        }

        if (result.Given(_rate) is { } rate)
        {
            assignments.Add(new SettingAssignment("Pacing:RequestsPerMinute", rate, "--rate"));
        }

        if (result.Given(_limitRate) is { } limit)
        {
            assignments.Add(new SettingAssignment("Pacing:BytesPerSecond", limit, "--limit-rate"));
        }

        // A person who waits at a terminal has more patience than a gateway's client.
        assignments.Add(result.Given(_giveUpAfter) is { } patience
            ? new SettingAssignment("Retry:GiveUpAfter", patience, "--give-up-after")
            : new SettingAssignment("Retry:GiveUpAfter", "1h", SettingLayers.CommandDefault));
        return new TransferArguments(assignments, result.Given(_json), result.Given(_quiet));
    }
}
