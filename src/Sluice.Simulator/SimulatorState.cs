using System.Security.Cryptography;

namespace Sluice.Simulator;

/// <summary>Everything the simulated workspace holds, and what it counted. Guarded by its own lock; nothing is awaited under it.</summary>
internal sealed class SimulatorState
{
    public const string Page = "00000000-0000-4000-8000-000000000001";
    public const string Database = "00000000-0000-4000-8000-000000000002";
    public const string DataSource = "00000000-0000-4000-8000-000000000012";
    public const string NotShared = "00000000-0000-4000-8000-000000000003";

    private readonly SimulatorOptions _options;
    private long _ids;

    public SimulatorState(SimulatorOptions options, SimulatorClock clock)
    {
        _options = options;
        Clock = clock;
        Profile = options.Profile;
        Script = options.Script is null ? null : FaultScript.Parse(File.ReadAllText(options.Script));
        Reset();
    }

    public Lock Lock { get; } = new();

    public SimulatorClock Clock { get; }

    public SimulatorOptions Options => _options;

    public string Profile { get; set; }

    public FaultScript? Script { get; set; }

    public Dictionary<string, SimulatedUpload> Uploads { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, SimulatedPage> Pages { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, RateWindow> Windows { get; } = new(StringComparer.Ordinal);

    public HashSet<string> SeenFiles { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, int> Tries { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, long> Answers { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, long> Faults { get; } = new(StringComparer.Ordinal);

    public Queue<DateTimeOffset> LastMinute { get; } = new();

    public long Requests { get; set; }

    public long BodyBytes { get; set; }

    public long RateRefusals { get; set; }

    public int MostInAMinute { get; set; }

    public DateTimeOffset? FirstSend { get; set; }

    public DateTimeOffset Now => Clock.GetUtcNow();

    public long MaxFileSize => _options.Plan == "free" ? 5_242_880 : 5_368_709_120;

    public int RequestsPerMinute => _options.RequestsPerMinute ?? (_options.Plan == "business" ? 600 : 180);

    /// <summary>The workspace as it is at the start.</summary>
    public void Reset()
    {
        foreach (var part in Uploads.Values.SelectMany(u => u.Parts.Values))
        {
            File.Delete(part.File);
        }

        Uploads.Clear();
        Pages.Clear();
        Windows.Clear();
        SeenFiles.Clear();
        Tries.Clear();
        Answers.Clear();
        Faults.Clear();
        LastMinute.Clear();
        (Requests, BodyBytes, RateRefusals, MostInAMinute, FirstSend) = (0, 0, 0, 0, null);
        Pages[Page] = new SimulatedPage { Id = Page, Title = "A page", Created = Now };
    }

    /// <summary>A new id: the same sequence for the same seed.</summary>
    public string NewId()
    {
        Span<byte> bytes = stackalloc byte[32];
        SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($"{_options.Seed}/{++_ids}"), bytes);
        bytes[7] = (byte)((bytes[7] & 0x0f) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes[..16]).ToString("D");
    }

    /// <summary>An upload of this token, with its hour looked at; null: unknown, or another connection's.</summary>
    public SimulatedUpload? Find(string id, string? token)
    {
        if (!Uploads.TryGetValue(id, out var upload) || (token is not null && upload.Token != token))
        {
            return null;
        }

        if (upload.AttachedAt is { } attached && upload.Expiry is not null && Now >= attached + _options.LateExpiry)
        {
            upload.Expiry = null;
        }

        if (upload.AttachedAt is null && upload.Expiry <= Now && upload.Status is "pending" or "uploaded")
        {
            Forget(upload);
        }

        return upload;
    }

    public static void Forget(SimulatedUpload upload)
    {
        upload.Status = "expired";
        foreach (var part in upload.Parts.Values)
        {
            File.Delete(part.File);
        }
    }

    /// <summary>Counts a request; the answer where the budget refuses it.</summary>
    public SimulatorAnswer? Admit(string token)
    {
        var now = Now;
        Requests++;
        LastMinute.Enqueue(now);
        while (LastMinute.Peek() <= now.AddMinutes(-1))
        {
            LastMinute.Dequeue();
        }

        MostInAMinute = Math.Max(MostInAMinute, LastMinute.Count);
        if (!Windows.TryGetValue(token, out var window))
        {
            Windows[token] = window = new RateWindow();
        }

        var wait = Profile == "rough" && _options.RequestsPerMinute != 0 ? window.TakeFromBucket(now) : window.Take(RequestsPerMinute, now);
        if (wait is not { } seconds)
        {
            return null;
        }

        RateRefusals++;
        return SimulatorAnswer.TooMany(seconds, "public_api_request_rate_limit");
    }

    /// <summary>What goes wrong with this request, by script first and profile then.</summary>
    public FaultAction? Fault(string endpoint, SimulatedUpload? upload, string? key, int? part)
    {
        var action = Script?.Find(endpoint, part, upload);
        if (action is null && Profile == "outage" && FirstSend is { } first && Now < first.AddSeconds(90))
        {
            action = new FaultAction { Status = 504 };
        }

        if (action is null && (endpoint is "create" or "send" or "complete" or "append" or "page_create" or "page_update") && (Profile is "flaky" or "rough"))
        {
            var counted = $"{upload?.Ordinal.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? key}/{endpoint}/{part}";
            var attempt = Tries[counted] = Tries.GetValueOrDefault(counted) + 1;
            action = FaultProfile.Draw(Profile, _options.Seed, upload?.Ordinal ?? Uploads.Count, endpoint, part, attempt);
        }

        if (action is not null && (action.Status > 0 || action.Hang || action.ResetAfter is not null || action.Forget))
        {
            var kind = action.Hang ? "hang" : action.ResetAfter is not null ? "reset" : action.Forget ? "forget" : $"{action.Status}{(action.Kept ? "-kept" : "")}{(action.RefuseAfter is null ? "" : "-early")}";
            Faults[kind] = Faults.GetValueOrDefault(kind) + 1;
        }

        return action;
    }
}
