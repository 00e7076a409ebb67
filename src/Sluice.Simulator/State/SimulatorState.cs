using System.Security.Cryptography;
using System.Text;
using Sluice.Simulator.Faults;
using Sluice.Simulator.Serving;
using Sluice.Simulator.Uploads;
using Sluice.Simulator.Workspace;

namespace Sluice.Simulator.State;

/// <summary>Everything the simulated workspace holds, and what it counted. Guarded by its own lock; nothing is awaited under it.</summary>
internal sealed class SimulatorState
{
    private readonly SimulatorSwitches _firstSwitches;
    private readonly FaultScript? _script;
    private readonly Dictionary<string, RateWindow> _windows = new(StringComparer.Ordinal);
    private readonly HashSet<string> _seenFiles = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _names = new(StringComparer.Ordinal);
    private readonly Queue<DateTimeOffset> _lastMinute = new();
    private long _ids;
    private long _requestIds;

    public SimulatorState(SimulatorOptions options, SimulatorSwitches switches, string? script)
    {
        Options = options;
        Clock = new SimulatorClock(options.Time);
        Bandwidth = new BandwidthLimit(options.Time);
        Signer = new Signer(options.Seed);
        (_script, _firstSwitches) = script is null ? (null, switches) : ScriptReader.Read(script, switches);
        Switches = _firstSwitches;
        Faults = NewFaults();
        Workspace = new SimulatedWorkspace(Now);
    }

    public Lock Lock { get; } = new();

    public SimulatorClock Clock { get; }

    public SimulatorOptions Options { get; }

    public RunningWork Running { get; } = new();

    public BandwidthLimit Bandwidth { get; }

    public Signer Signer { get; }

    public SimulatorSwitches Switches { get; set; }

    public FaultPlan Faults { get; private set; }

    public SimulatedWorkspace Workspace { get; private set; }

    /// <summary>By id, in the order they were made.</summary>
    public Dictionary<string, SimulatedUpload> Uploads { get; } = new(StringComparer.Ordinal);

    /// <summary>Answers by endpoint and status.</summary>
    public SortedDictionary<string, long> Answers { get; } = new(StringComparer.Ordinal);

    public long Requests { get; private set; }

    public long BodyBytes { get; set; }

    public long RateRefusals { get; private set; }

    public int MostInAMinute { get; private set; }

    public DateTimeOffset Now => Clock.GetUtcNow();

    /// <summary>The workspace, the counts, the budgets, the faults and the switches as at the start. The clock goes on.</summary>
    public void Reset()
    {
        foreach (var upload in Uploads.Values)
        {
            Drop(upload);
        }

        Uploads.Clear();
        _windows.Clear();
        _seenFiles.Clear();
        _names.Clear();
        _lastMinute.Clear();
        Answers.Clear();
        (Requests, BodyBytes, RateRefusals, MostInAMinute) = (0, 0, 0, 0);
        Switches = _firstSwitches;
        Faults = NewFaults();
        Workspace = new SimulatedWorkspace(Now);
    }

    /// <summary>A new id: the same sequence for the same seed.</summary>
    public string NewId() => Id($"{Options.Seed}/{++_ids}");

    /// <summary>The id of an answer, out of a sequence of its own.</summary>
    public string NewRequestId() => Id($"{Options.Seed}/request/{++_requestIds}");

    public SimulatedUpload NewUpload(string token, int? parts, string? name, string? type)
    {
        var first = name is not null && _seenFiles.Add($"{token}/{name}");
        var upload = new SimulatedUpload
        {
            Id = NewId(),
            ObjectId = NewId(),
            Ordinal = Uploads.Count + 1,
            OrdinalOfName = _names[name ?? ""] = _names.GetValueOrDefault(name ?? "") + 1,
            Token = token,
            Multi = parts is not null,
            PartsTotal = parts,
            Created = Now,
            Expiry = Now + Switches.Lifetime,
            FileName = name,
            ContentType = type,
            Doomed = first && Faults.Profile == "forgetful" && parts is not null,
        };
        upload.Whole = new WholeDigest(upload, this, keepFiles: Options.Store is not null);
        Uploads.Add(upload.Id, upload);
        return upload;
    }

    /// <summary>An upload of this token, with its hour looked at; null: unknown, or another connection's.</summary>
    public SimulatedUpload? Find(string id, string? token) =>
        Uploads.TryGetValue(id, out var upload) && (token is null || upload.Token == token) ? Look(upload) : null;

    /// <summary>Nothing expires by a timer: whoever reads an upload sees what time has done to it.</summary>
    public SimulatedUpload Look(SimulatedUpload upload)
    {
        if (upload.AttachedAt is { } attached && upload.Expiry is not null && Now >= attached + Switches.LateExpiry)
        {
            upload.Expiry = null;
        }

        if (upload.AttachedAt is null && upload.Expiry <= Now && upload.Status is "pending" or "uploaded")
        {
            Forget(upload);
        }

        return upload;
    }

    /// <summary>The upload is whole; what is left of its digest is made beside the requests.</summary>
    public void Finish(SimulatedUpload upload)
    {
        (upload.Status, upload.CompletedAt) = ("uploaded", Now);
        Running.Start(() => upload.Whole!.FinishAsync(CancellationToken.None));
    }

    /// <summary>The upload expires, and its bytes are gone.</summary>
    public static void Forget(SimulatedUpload upload)
    {
        upload.Status = "expired";
        Drop(upload);
    }

    /// <summary>Counts a request; the answer where the budget refuses it.</summary>
    public SimulatorAnswer? Admit(string token)
    {
        var now = Now;
        Requests++;
        _lastMinute.Enqueue(now);
        while (_lastMinute.Peek() <= now.AddMinutes(-1))
        {
            _lastMinute.Dequeue();
        }

        MostInAMinute = Math.Max(MostInAMinute, _lastMinute.Count);
        if (!_windows.TryGetValue(token, out var window))
        {
            _windows[token] = window = new RateWindow();
        }

        var bucket = Faults.Profile == "rough" && Switches.RequestsPerMinute != 0;
        if ((bucket ? window.TakeFromBucket(now) : window.Take(Switches.Budget, now)) is not { } seconds)
        {
            return null;
        }

        RateRefusals++;
        return SimulatorAnswer.TooMany(seconds, "public_api_request_rate_limit");
    }

    private FaultPlan NewFaults()
    {
        var faults = new FaultPlan(Options.Seed, Clock);
        faults.Use(Options.Profile);
        faults.Script = _script is null ? faults.Script : new FaultScript([.. _script.Rules.Select(rule => rule.Fresh())]);
        return faults;
    }

    private static void Drop(SimulatedUpload upload)
    {
        foreach (var part in upload.Parts.Values)
        {
            part.Delete();
        }

        upload.Whole!.Dispose();
    }

    private static string Id(string of)
    {
        Span<byte> bytes = stackalloc byte[32];
        SHA256.HashData(Encoding.UTF8.GetBytes(of), bytes);
        bytes[7] = (byte)((bytes[7] & 0x0f) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes[..16]).ToString("D");
    }
}
