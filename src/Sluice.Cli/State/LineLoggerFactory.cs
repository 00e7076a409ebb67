using Microsoft.Extensions.Logging;
using Sluice.Cli.Output;

namespace Sluice.Cli.State;

/// <summary>Log lines on standard error, for whoever asked for them with <c>--log-level</c>; bars give way to lines then.</summary>
internal sealed class LineLoggerFactory(World world, LogLevel least) : ILoggerFactory
{
    /// <summary>The server's own categories speak up from warnings on: each of its requests would be a line.</summary>
    public ILogger CreateLogger(string categoryName) =>
        new LineLogger(world, categoryName.StartsWith("Microsoft.", StringComparison.Ordinal) && least < LogLevel.Warning ? LogLevel.Warning : least);

    /// <summary>There is one place that log lines go to.</summary>
    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public void Dispose()
    {
    }

    private sealed class LineLogger(World world, LogLevel least) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= least && logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                var text = exception is null ? formatter(state, exception) : $"{formatter(state, exception)} {exception}";
                world.Error.WriteLine($"{world.Time.GetUtcNow():HH:mm:ss.fff} {logLevel.ToString().ToLowerInvariant()} {eventId.Id} {Plain.Text(text)}");
            }
        }
    }
}
