using Microsoft.Extensions.Logging;
using Sluice.AspNetCore.Hosting;
using Sluice.Resilience;
using Sluice.Settings;
using Sluice.Transfer;

namespace Sluice.AspNetCore.Admission;

/// <summary>
/// The gateway's judgement of new uploads: reads how things stand, asks <see cref="AdmissionRule"/>, counts what it refused,
/// and remembers what it accepted until that is recorded, so that a thousand at once see each other.
/// </summary>
internal sealed partial class GatewayAdmission(GatewayOptions options, GatewayDrain drain, ILogger<GatewayAdmission> log) : IAdmission
{
    /// <summary>An upload of no length of its own: what <see cref="Now"/> asks for.</summary>
    private const long AnyLength = 1 << 20;

    private readonly Lock _lock = new();
    private TransferEngine? _engine;
    private readonly HashSet<string> _entering = new(StringComparer.Ordinal);
    private Func<IEnumerable<string>> _live = static () => [];
    private AdmissionDecision? _lastRefusal;

    /// <summary>The limits in force.</summary>
    public AdmissionLimits Limits => AdmissionLimits.Of(options.Admission, _engine?.Options.Memory.EmergencyPercent ?? 100);

    /// <summary>The last refusal; null: none yet.</summary>
    public AdmissionDecision? LastRefusal => Volatile.Read(ref _lastRefusal);

    /// <summary>How many were refused for a reason.</summary>
    public long Refused(string reason) => _engine?.Meter.Totals.Refused(reason) ?? 0;

    /// <summary>From here on it judges what comes to an engine.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="live">The uploads that are accepted, recorded and not over.</param>
    public void Attach(TransferEngine engine, Func<IEnumerable<string>> live)
    {
        (_engine, _live) = (engine, live);
        engine.Buffers.Budget.LimitHolders(options.Admission.MaxActiveUploads);
        engine.UseAdmission(this, Open, options.Admission.MaxQueuedUploads);
    }

    public AdmissionAnswer Ask(AdmissionQuestion question)
    {
        AdmissionDecision decision;
        lock (_lock)
        {
            decision = AdmissionRule.Decide(Facts(question.Length), Limits, IsOn(question));
            if (decision.Accepted)
            {
                _entering.Add(question.UploadId);
            }
        }

        if (decision.ToError() is { } refusal)
        {
            Volatile.Write(ref _lastRefusal, decision);
            _engine?.Meter.AdmissionRefused(AdmissionReasons.NameOf(decision.Reason));
            Turned(log, AdmissionReasons.NameOf(decision.Reason), (long)Math.Ceiling(decision.Wait.TotalSeconds), decision.Detail);
            return new AdmissionAnswer(refusal);
        }

        return new AdmissionAnswer(null, decision.Wait, new Entering(this, question.UploadId));
    }

    /// <summary>How things stand, and what a new upload would be told; for those who watch.</summary>
    public (AdmissionFacts Facts, AdmissionDecision Decision) Now()
    {
        var facts = Facts(AnyLength);
        return (facts, AdmissionRule.Decide(facts, Limits, _engine is not { } engine || engine.Options.Features.Backpressure > 0));
    }

    /// <summary>Uploads that are accepted and not over. One that is just being recorded is among the entering and the live ones: it counts once.</summary>
    private int Open()
    {
        lock (_lock)
        {
            var (live, twice) = (0, 0);
            foreach (var id in _live())
            {
                live++;
                twice += _entering.Contains(id) ? 1 : 0;
            }

            return live + _entering.Count - twice;
        }
    }

    private bool IsOn(AdmissionQuestion question) =>
        _engine is not { } engine || FeatureSwitch.IsOn(question.UploadId, nameof(FeatureOptions.Backpressure), engine.Options.Features.Backpressure);

    private AdmissionFacts Facts(long length)
    {
        if (_engine is not { } engine)
        {
            return new AdmissionFacts { Draining = drain.IsDraining, CanBridge = TimeSpan.MaxValue };
        }

        var open = Open();
        var census = engine.Census();
        var pipeline = engine.Connection.Pipeline.Snapshot();
        var governor = engine.Health?.Governor;
        return new AdmissionFacts
        {
            Draining = drain.IsDraining,
            Open = open,
            Active = census.Active,
            Queued = census.Queued,
            CpuPercent = governor?.Cpu.Percent ?? 0,
            SustainedCpuPercent = governor?.SustainedCpuPercent ?? 0,
            ProjectedMemoryPercent = governor?.ProjectedGroupPercent,
            Breaker = pipeline.Breaker,
            BreakRemaining = pipeline.BreakRemaining,
            NotBefore = pipeline.NotBefore,
            CanBridge = pipeline.Breaker == BreakerState.Open || pipeline.NotBefore > TimeSpan.Zero ? Bridge(engine, length, open + 1) : TimeSpan.MaxValue,
        };
    }

    private TimeSpan Bridge(TransferEngine engine, long length, int open)
    {
        var folder = engine.Spool.Folder;
        var spool = folder.Snapshot();
        var off = spool.Off ?? (engine.Options.Features.Spool <= 0 ? "off" : folder.Refusal()?.Message);
        return AdmissionBridge.For(length, spool with { Off = off }, open, options.Front.HoldRead);
    }

    [LoggerMessage(3030, LogLevel.Information, "A new upload was refused ({Reason}, again in {Seconds} s): {Detail}")]
    private static partial void Turned(ILogger logger, string reason, long seconds, string detail);

    /// <summary>The place of an accepted upload until it is recorded and counted among the live ones.</summary>
    private sealed class Entering(GatewayAdmission admission, string id) : IDisposable
    {
        public void Dispose()
        {
            lock (admission._lock)
            {
                admission._entering.Remove(id);
            }
        }
    }
}
