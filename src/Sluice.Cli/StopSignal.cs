using System.Runtime.InteropServices;

namespace Sluice.Cli;

/// <summary>Ctrl-C, SIGTERM and a closed terminal: the first asks to stop at a safe point, the second to stop now.</summary>
internal sealed class StopSignal : IDisposable
{
    private readonly CancellationTokenSource _soft = new();
    private readonly CancellationTokenSource _hard = new();
    private readonly List<PosixSignalRegistration> _registrations = [];

    /// <summary>Stop at a safe point.</summary>
    public CancellationToken Soft => _soft.Token;

    /// <summary>Stop now.</summary>
    public CancellationToken Hard => _hard.Token;

    /// <summary>Listens to the process's signals from here on.</summary>
    public static StopSignal Listen()
    {
        var stop = new StopSignal();
        foreach (var signal in new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP })
        {
            stop._registrations.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                stop.Press();
            }));
        }

        return stop;
    }

    /// <summary>One press of Ctrl-C.</summary>
    public void Press()
    {
        if (_soft.IsCancellationRequested)
        {
            _hard.Cancel();
        }
        else
        {
            _soft.Cancel();
        }
    }

    /// <summary>Waits for the first press.</summary>
    public async Task WaitAsync(TimeProvider time)
    {
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, time, Soft);
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C is how this ends.
        }
    }

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _soft.Dispose();
        _hard.Dispose();
    }
}
