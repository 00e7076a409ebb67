using Sluice.Errors;

namespace Sluice.Notion;

/// <summary>
/// Says what an answer that is not a success means: the table in docs/notion.md, row by row (NotionErrorParserTests). Pure.
/// Trusts nothing: the body may be Notion's JSON, a page of an edge, cut off or empty.
/// </summary>
internal static class NotionErrorParser
{
    /// <summary>No wait is longer; a server that says more is asked again then.</summary>
    private static readonly TimeSpan MaxWait = TimeSpan.FromDays(1);

    /// <summary>Makes a failure of an answer.</summary>
    public static NotionFailure Parse(NotionEndpoint endpoint, NotionErrorHead head, ReadOnlySpan<byte> body, NotionToken token)
    {
        var said = NotionErrorBody.Read(body);
        var message = said.Message ?? "";
        var code = NotionErrorText.Id(said.Code);
        var kind = Classify(endpoint, head, code, said);
        var error = Code(endpoint, head.Status, code, said, kind);
        var wait = Wait(head.RetryAfter ?? said.RetryAfter);
        var requestId = NotionErrorText.Id(said.RequestId) ?? NotionErrorText.Id(head.RequestId);
        return new NotionFailure(kind, new SluiceError(error, Sentence(error, head, code, NotionErrorText.Clean(message, token), requestId))
        {
            NotionStatus = head.Status,
            NotionCode = code,
            RequestId = requestId,
            RetryAfter = wait,
        })
        {
            RetryAfter = wait,
            RateLimitReason = NotionErrorText.Id(said.RateLimitReason),
            CommittedIds = [.. said.CommittedIds.Select(NotionErrorText.Id).OfType<string>()],
            UploadNotPending = kind == FailureClass.Ambiguous && endpoint.ConcernsUpload(),
        };
    }

    private static FailureClass Classify(NotionEndpoint endpoint, NotionErrorHead head, string? code, NotionErrorBody said)
    {
        switch (head.Status)
        {
            case 401:
                return FailureClass.Credentials;
            case 429:
                return said.RateLimitReason == "public_api_request_blocked" ? FailureClass.Credentials : FailureClass.ToldToWait;
            case >= 500 when endpoint.Attaches():
                return FailureClass.Ambiguous; // 529 too: the documented rule may repeat it, but a second attachment is worse than one more look
            case 529:
                return FailureClass.ToldToWait;
            case 408 or >= 500:
                return endpoint.Attaches() ? FailureClass.Ambiguous : FailureClass.Transient;
            case 413 when endpoint == NotionEndpoint.Send:
                return FailureClass.Transient; // our parts are within the documented limits: an edge refused that body, not the file (docs/adr/0041)
            case 409:
                return code == "conflict_error" ? FailureClass.Transient : FailureClass.Permanent;
            case 400 or 404 or 410:
                return Refused(endpoint, head, code, said.Message ?? "");
            default:
                return FailureClass.Permanent;
        }
    }

    private static FailureClass Refused(NotionEndpoint endpoint, NotionErrorHead head, string? code, string message)
    {
        var notFound = code == "object_not_found" || head.Status is 404 or 410;
        if (endpoint.ConcernsUpload())
        {
            if (notFound)
            {
                // A bare 404 that Notion never saw says nothing about the upload: an edge has no say over an hour's work.
                var answeredByNotion = code is not null || head.RequestId is not null;
                return answeredByNotion ? FailureClass.Forgotten : FailureClass.Transient;
            }

            return endpoint switch
            {
                NotionEndpoint.Complete when NotionErrorPhrases.NamesMissingParts(message) => FailureClass.Gap,
                _ when NotionErrorPhrases.RefusesType(message) || NotionErrorPhrases.RefusesSize(message) => FailureClass.Permanent,
                _ when NotionErrorPhrases.SaysUploaded(message) => FailureClass.Ambiguous,
                _ when NotionErrorPhrases.SaysGone(message) => FailureClass.Forgotten,
                NotionEndpoint.Send or NotionEndpoint.Complete when NotionErrorPhrases.SaysNotPending(message) => FailureClass.Ambiguous,
                _ => FailureClass.Permanent,
            };
        }

        var aboutUpload = endpoint.Attaches() && NotionErrorPhrases.NamesUpload(message);
        return aboutUpload && (notFound || NotionErrorPhrases.SaysGone(message) || NotionErrorPhrases.SaysNotPending(message))
            ? FailureClass.Forgotten
            : FailureClass.Permanent;
    }

    private static ErrorCode Code(NotionEndpoint endpoint, int status, string? code, NotionErrorBody said, FailureClass kind)
    {
        var message = said.Message ?? "";
        return kind switch
        {
            FailureClass.Credentials => status == 401 ? ErrorCodes.TokenRefused : ErrorCodes.RateBlocked,
            FailureClass.Forgotten => ErrorCodes.UploadExpired,
            not FailureClass.Permanent and not FailureClass.Gap => ErrorCodes.NotionUnreachable,
            _ when said.BlockLimit => ErrorCodes.BlockLimit,
            _ when endpoint.ConcernsTarget() && (code is "object_not_found" or "restricted_resource" || status == 404) => ErrorCodes.TargetNotShared,
            FailureClass.Gap => ErrorCodes.NotionRefused,
            _ when endpoint.ConcernsTarget() => ErrorCodes.NotionRefused,
            _ when NotionErrorPhrases.RefusesType(message) => ErrorCodes.TypeRefused,
            _ when code == "file_upload_invalid_size" || NotionErrorPhrases.RefusesSize(message) => ErrorCodes.PlanLimit,
            _ when status == 413 => ErrorCodes.TooLarge,
            _ => ErrorCodes.NotionRefused,
        };
    }

    private static string Sentence(ErrorCode error, NotionErrorHead head, string? code, string message, string? requestId)
    {
        var ray = code is null ? NotionErrorText.Id(head.Ray) : null;
        var who = (code, head.RequestId, ray) switch
        {
            (null, null, not null) => $"An edge in front of Notion answered {head.Status} (Cloudflare ray {ray})",
            (null, null, null) => $"Something between here and Notion, or Notion itself, answered {head.Status}",
            _ => $"Notion answered {head.Status}{(code is null ? "" : " " + code)}",
        };
        var quoted = message.Length == 0 ? "" : $": {message.TrimEnd('.')}";
        var id = requestId is null ? "" : $" (request id {requestId})";
        return $"{error.Meaning} {who}{id}{quoted}. {error.Advice}";
    }

    private static TimeSpan? Wait(TimeSpan? asked) => asked switch
    {
        null => null,
        { } wait when wait < TimeSpan.Zero => TimeSpan.Zero,
        { } wait => wait > MaxWait ? MaxWait : wait,
    };
}
