using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Sluice.Checkpoints;
using Sluice.Cli.Configuration;
using Sluice.Cli.Serving;
using Sluice.Cli.State;

namespace Sluice.Cli.Commands;

/// <summary>The options of <c>serve</c>.</summary>
internal sealed class ServeOptions
{
    private const string DefaultListen = "http://127.0.0.1:8080";

    private readonly Option<string[]> _listen = new("--listen") { HelpName = "url", Description = "Where to listen; may be repeated; port 0: a free one. Default: http://127.0.0.1:8080, or every address at PORT where that is set.", AllowMultipleArgumentsPerToken = false };
    private readonly Option<string?> _store = new("--store") { HelpName = "sqlite", Description = "Where uploads are recorded: sqlite (default), a file in the state folder." };
    private readonly Option<bool> _anonymous = new("--allow-anonymous") { Description = "Take uploads from anyone, without a key, on addresses beyond loopback too." };
    private readonly Option<string?> _to = new("--to") { HelpName = "target", Description = "Where files go whose client names no target; spelled as in sluice upload. Default: nowhere." };
    private readonly CommonOptions _common = new(LogLevel.Information);

    public void AddTo(Command command)
    {
        command.Options.Add(_listen);
        command.Options.Add(_store);
        command.Options.Add(_anonymous);
        command.Options.Add(_to);
        _common.AddTo(command);
    }

    /// <summary>Reads what was given; what is wrong goes to <paramref name="problems"/>.</summary>
    public ServeArguments Read(World world, ParseResult result, List<string> problems)
    {
        var common = _common.Read(result, problems);
        List<SettingAssignment> assignments = [.. common.Assignments];
        if (result.Given(_store) is { } store)
        {
            if (store == "sqlite")
            {
                assignments.Add(new SettingAssignment("Checkpoints:Store", store, "--store"));
            }
            else
            {
                problems.Add($"--store {store.Split(':')[0]}: this version records uploads with sqlite only.");
            }
        }

        var data = DataFolder.Find(world, common.Data);
        var settings = SettingLayers.Load(world, data, assignments);
        problems.AddRange(settings.Problems);
        settings.Gateway.Security.AllowAnonymous = result.Given(_anonymous);
        if (result.Given(_to) is { } to)
        {
            settings.Gateway.DefaultTarget = to;
            if (!UploadTarget.TryParse(to, out _, out var problem))
            {
                problems.Add($"--to {to}: {problem}");
            }
        }

        return new ServeArguments(Listen(world, result, problems), world.Variable("PORT") is not null || settings.Gateway.Security.TrustedProxies.Count > 0, data, settings, common.LogLevel);
    }

    private string[] Listen(World world, ParseResult result, List<string> problems)
    {
        var given = result.Given(_listen) ?? [];
        foreach (var address in given)
        {
            if (ListenAddress.Problem(address) is { } problem)
            {
                problems.Add($"--listen {address}: {problem}");
            }
        }

        if (given.Length > 0)
        {
            return given;
        }

        if (world.Variable("PORT") is not { } port)
        {
            return [DefaultListen];
        }

        if (!int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is < 1 or > 65535)
        {
            problems.Add($"PORT is '{port}', which is no port: set it to a number from 1 to 65535, or use --listen.");
        }

        return [$"http://*:{port}"];
    }
}
