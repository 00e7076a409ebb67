using Microsoft.Extensions.Logging;
using Sluice.Cli.Configuration;

namespace Sluice.Cli.Commands;

/// <summary>What <c>serve</c> was told.</summary>
/// <param name="Listen">The addresses, as they were written.</param>
/// <param name="BehindRouter">True where a router or proxy takes the clients' connections: <c>PORT</c> is set, or forwarded headers are trusted.</param>
/// <param name="Data">The state folder.</param>
/// <param name="Settings">Everything else.</param>
/// <param name="LogLevel">From which level on log lines are written.</param>
internal sealed record ServeArguments(IReadOnlyList<string> Listen, bool BehindRouter, string Data, LoadedSettings Settings, LogLevel LogLevel);
