using System.CommandLine;
using Microsoft.Extensions.Logging;
using Sluice.Cli.Configuration;

namespace Sluice.Cli.Commands;

/// <summary>The options that every command with a state folder or a token has.</summary>
/// <param name="level">The level of log lines where none is given.</param>
internal sealed class CommonOptions(LogLevel level = LogLevel.None)
{
    private readonly Option<string?> _tokenFile = new("--token-file") { HelpName = "file", Description = "Read the Notion token from this file. Otherwise it comes from NOTION_TOKEN, NOTION_API_TOKEN or NOTION_API_KEY; never from an option." };
    private readonly Option<string?> _notionUrl = new("--notion-url") { HelpName = "url", Description = "Where Notion's API is (SLUICE_NOTION_URL). Default: https://api.notion.com." };
    private readonly Option<string?> _data = new("--data") { HelpName = "dir", Description = "The state folder (SLUICE_DATA): records of uploads, spool. Default: the platform's state folder." };
    private readonly Option<string[]> _set = new("--set") { HelpName = "Section:Name=value", Description = "Change a setting; may be repeated. sluice doctor lists them all.", AllowMultipleArgumentsPerToken = false };
    private readonly Option<string?> _logLevel = new("--log-level") { HelpName = "level", Description = $"Log lines on standard error: trace, debug, information, warning, error, none. Default: {level.ToString().ToLowerInvariant()}." };

    public void AddTo(Command command)
    {
        command.Options.Add(_tokenFile);
        command.Options.Add(_notionUrl);
        command.Options.Add(_data);
        command.Options.Add(_set);
        command.Options.Add(_logLevel);
    }

    /// <summary>Reads what was given; what is wrong goes to <paramref name="problems"/>.</summary>
    public CommonArguments Read(ParseResult result, List<string> problems)
    {
        List<SettingAssignment> assignments = [];
        foreach (var text in result.Given(_set) ?? [])
        {
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? text : text[..equals];
            if (equals < 1 || !name.Contains(':', StringComparison.Ordinal))
            {
                problems.Add($"--set {text}: write --set Section:Name=value, such as --set Retry:MaxAttempts=8.");
            }
            else
            {
                assignments.Add(new SettingAssignment(name.Trim(), text[(equals + 1)..].Trim(), "--set"));
            }
        }

        if (result.Given(_notionUrl) is { } url)
        {
            assignments.Add(new SettingAssignment("Notion:Url", url, "--notion-url"));
        }

        if (result.Given(_tokenFile) is { } file)
        {
            assignments.Add(new SettingAssignment("Notion:TokenFile", file, "--token-file"));
        }

        return new CommonArguments(result.Given(_data), assignments, LogLevels.Read(result.Given(_logLevel), level, problems));
    }
}
