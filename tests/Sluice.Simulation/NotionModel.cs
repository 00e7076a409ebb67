using Sluice.Notion;
using Sluice.Parts;

namespace Sluice.Simulation;

/// <summary>
/// Notion's side: uploads, their hour, pages with blocks, a files property and rows, and the fixed rate window at a phase of
/// its own. Plain state; what goes wrong on the way is <see cref="Wire"/>'s business. Never kinder than docs/notion.md.
/// </summary>
internal sealed class NotionModel(SimulatedTime time, NotionLimits limits, int requestsPerWindow, TimeSpan phase, Func<TimeSpan, TimeSpan> chance)
{
    /// <summary>Why a send or complete is refused that comes after the file is complete.</summary>
    public const string NotPending = "not pending";

    private readonly Dictionary<string, ModelUpload> _uploads = new(StringComparer.Ordinal);
    private long _windowStart = long.MinValue;
    private int _inWindow;
    private int _ids;

    public List<ModelAttachment> Attachments { get; } = [];

    public IReadOnlyCollection<ModelUpload> Uploads => _uploads.Values;

    public int Refused { get; private set; }

    /// <summary>Counts a request against the window; the seconds to wait where it is refused.</summary>
    public TimeSpan? Admit()
    {
        var now = time.Now;
        var window = (now + phase.Ticks) / TimeSpan.TicksPerMinute;
        if (window != _windowStart)
        {
            (_windowStart, _inWindow) = (window, 0);
        }

        if (requestsPerWindow > 0 && _inWindow >= requestsPerWindow)
        {
            Refused++;
            var ends = ((window + 1) * TimeSpan.TicksPerMinute) - phase.Ticks;
            return TimeSpan.FromSeconds(Math.Ceiling(TimeSpan.FromTicks(ends - now).TotalSeconds));
        }

        _inWindow++;
        return null;
    }

    public ModelUpload Create(CreateFileUploadRequest request)
    {
        var upload = new ModelUpload($"00000000-0000-4000-9000-{++_ids:d12}", request, time.Now, time.Now + limits.Lifetime.Ticks);
        _uploads.Add(upload.Id, upload);
        return upload;
    }

    public ModelUpload? Find(string id)
    {
        if (!_uploads.TryGetValue(id, out var upload))
        {
            return null;
        }

        if (upload.ExpiryTicks is { } expiry && time.Now >= expiry && upload.Status is (NotionUploadStatus.Pending or NotionUploadStatus.Uploaded))
        {
            upload.Status = NotionUploadStatus.Expired;
        }

        return upload;
    }

    /// <summary>Makes an upload vanish now, as if its hour were over.</summary>
    public void Expire(ModelUpload upload)
    {
        if (upload.ExpiryTicks is not null)
        {
            upload.ExpiryTicks = Math.Min(upload.ExpiryTicks.Value, time.Now);
        }
    }

    /// <summary>Takes a part, or the whole of a single-part file; null: taken, else why not.</summary>
    public string? Send(ModelUpload upload, int? partNumber, ModelPart part, FaultPlan faults)
    {
        if (upload.Status != NotionUploadStatus.Pending)
        {
            return NotPending;
        }

        if (upload.Mode == PartMode.Single)
        {
            upload.Parts[1] = part;
            upload.Sends[1] = upload.Sends.GetValueOrDefault(1) + 1;
            Completed(upload, faults);
            return null;
        }

        if (partNumber is not { } number || number < 1 || number > upload.PartCount)
        {
            return "part_number is out of range";
        }

        if (number < upload.PartCount && part.Length < limits.MinPartSize)
        {
            return "part is too small";
        }

        upload.Parts[number] = part;
        upload.Sends[number] = upload.Sends.GetValueOrDefault(number) + 1;
        return null;
    }

    /// <summary>Completes; null: done, 0: not pending, else the lowest missing part.</summary>
    public int? Complete(ModelUpload upload, FaultPlan faults)
    {
        if (upload.Status != NotionUploadStatus.Pending)
        {
            return 0;
        }

        for (var number = 1; number <= upload.PartCount; number++)
        {
            if (!upload.Parts.ContainsKey(number))
            {
                return number;
            }
        }

        Completed(upload, faults);
        return null;
    }

    /// <summary>Attaches; false where the upload cannot be attached.</summary>
    public ModelAttachment? Attach(string targetId, string kind, string fileUploadId, string? name, FaultPlan faults)
    {
        if (Find(fileUploadId) is not { Status: NotionUploadStatus.Uploaded } upload || upload.ReadyTicks > time.Now)
        {
            return null;
        }

        if (upload.ExpiryTicks is not null)
        {
            upload.ShownUntilTicks = time.Now + chance(faults.NullLate).Ticks;
            upload.ExpiryTicks = null;
        }

        upload.Attaches++;
        var attachment = new ModelAttachment($"00000000-0000-4000-a000-{++_ids:d12}", targetId, kind, fileUploadId, name ?? upload.FileName);
        Attachments.Add(attachment);
        return attachment;
    }

    private void Completed(ModelUpload upload, FaultPlan faults)
    {
        upload.Status = NotionUploadStatus.Uploaded;
        upload.CompletedTicks = time.Now;
        upload.ReadyTicks = time.Now + chance(faults.NotReady).Ticks;
    }
}
