using System.CommandLine;
using Sluice.Checkpoints;

namespace Sluice.Cli.Commands;

/// <summary>The arguments and options of <c>upload</c> that say what goes where.</summary>
internal sealed class UploadOptions
{
    private readonly Argument<string[]> _paths = new("PATH") { Arity = ArgumentArity.OneOrMore, Description = "A file, a folder (all visible files below it), a pattern such as 'dist/**/*.zip', or - for standard input (with --name)." };
    private readonly Option<string?> _to = new("--to") { HelpName = "target", Description = "page:<id or url> appends a block; page:<id or url>::<property> extends that files property; database:<id or url>[::<property>] makes a row; none (default) attaches nothing." };
    private readonly Option<string?> _name = new("--name") { HelpName = "name", Description = "The file's name in Notion, for one PATH. Default: the file's own." };
    private readonly Option<string?> _contentType = new("--content-type") { HelpName = "type", Description = "The media type. Default: from the name." };
    private readonly Option<string?> _caption = new("--caption") { HelpName = "text", Description = "Caption of the block." };
    private readonly Option<string?> _unsupported = new("--unsupported") { HelpName = "reject|text", Description = "A type that Notion does not take is refused (default), or carried as <name>.txt." };
    private readonly Option<bool> _restart = new("--restart") { Description = "Forget what an earlier run left of the same upload, and begin anew." };
    private readonly Option<bool> _skipDone = new("--skip-done") { Description = "Where the same upload is done already, print its old result instead of uploading again." };
    private readonly Option<bool> _verify = new("--verify") { Description = "Read the stored file back and compare; needs a target." };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Say type, parts and least time, and send nothing." };

    public void AddTo(Command command)
    {
        command.Arguments.Add(_paths);
        Option[] options = [_to, _name, _contentType, _caption, _unsupported, _restart, _skipDone, _verify, _dryRun];
        foreach (var option in options)
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Reads what was given; what is wrong goes to <paramref name="problems"/>.</summary>
    public UploadArguments Read(ParseResult result, List<string> problems)
    {
        var to = result.Given(_to) ?? "none";
        if (!UploadTarget.TryParse(to, out var target, out var problem))
        {
            problems.Add($"--to: {problem}");
            target = UploadTarget.None;
        }

        var unsupported = UnsupportedType.Reject;
        switch (result.Given(_unsupported))
        {
            case null or "reject": break;
            case "text": unsupported = UnsupportedType.Text; break;
            case { } other: problems.Add($"--unsupported {other}: write reject or text."); break;
        }

        var arguments = new UploadArguments
        {
            Paths = result.Given(_paths) ?? [],
            Target = target,
            Name = result.Given(_name),
            ContentType = result.Given(_contentType),
            Caption = result.Given(_caption),
            Unsupported = unsupported,
            Restart = result.Given(_restart),
            SkipDone = result.Given(_skipDone),
            Verify = result.Given(_verify),
            DryRun = result.Given(_dryRun),
        };
        Check(arguments, problems);
        return arguments;
    }

    private static void Check(UploadArguments arguments, List<string> problems)
    {
        var input = arguments.Paths.Contains("-");
        if (input && arguments.Name is null)
        {
            problems.Add("Standard input has no name: give one with --name.");
        }

        if (input && arguments.Paths.Count > 1)
        {
            problems.Add("Standard input (-) goes alone: upload the other PATHs with a command of their own.");
        }

        if (input && arguments.DryRun)
        {
            problems.Add("--dry-run needs a file: the length of standard input is known only when it was read.");
        }

        if (arguments.Name?.Length == 0)
        {
            problems.Add("--name is empty: give a name, or leave it out.");
        }

        if (arguments.Verify && arguments.Target.Kind == TargetKind.None)
        {
            problems.Add("--verify reads the file back from where it is attached: give a target with --to.");
        }

        if (arguments.Caption is not null && (arguments.Target.Kind != TargetKind.Page || arguments.Target.Property is not null))
        {
            problems.Add("--caption is for a block on a page: give --to page:<id or url>.");
        }

        if (arguments.Restart && arguments.SkipDone)
        {
            problems.Add("--restart and --skip-done exclude each other: leave one out.");
        }
    }
}
