using Microsoft.Extensions.Logging;

namespace Sluice.Simulation;

/// <summary>Reads every log line, and remembers the first that holds the token.</summary>
internal sealed class SecretWatch(string secret) : ILoggerFactory, ILogger
{
    /// <summary>The first line that gave the token away; null: none.</summary>
    public string? Told { get; private set; }

    /// <summary>How many lines were read.</summary>
    public int Lines { get; private set; }

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("Lines are only read.");

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        Lines++;
        Look(formatter(state, exception) + exception);
    }

    /// <summary>Reads a text that came out of the engine.</summary>
    public void Look(string? text)
    {
        if (text?.Contains(secret, StringComparison.Ordinal) == true)
        {
            Told ??= text;
        }
    }

    public void Dispose()
    {
        // Nothing is held.
    }
}
