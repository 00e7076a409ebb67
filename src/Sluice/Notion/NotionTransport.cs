using System.Net;
using System.Text.Json;
using Sluice.Diagnostics;

namespace Sluice.Notion;

/// <summary>
/// Carries out one attempt at one call. In numbers: (1) build the request, (2) send it and wait for the status line, (3) read
/// the answer, (4) on every way out wait until nothing reads the request's body any more, (5) say what a failure means.
/// </summary>
internal sealed class NotionTransport(HttpMessageInvoker invoker, Uri address, string version, NotionToken token, ExpectContinueSwitch expect, TimeProvider time)
{
    /// <summary>The longest answer that is read: a hundred blocks with signed addresses take a tenth of it.</summary>
    private const int MaxAnswer = 8 << 20;

    private const int MaxErrorAnswer = 64 << 10;

    private static readonly string UserAgent = "sluice/" + (typeof(NotionTransport).Assembly.GetName().Version?.ToString(3) ?? "0");

    /// <summary>Makes the call. <paramref name="read"/> takes the answer apart; null: it does not hold what it must.</summary>
    /// <exception cref="OperationCanceledException">The attempt's token fired and none of its time limits was the reason.</exception>
    public Task<NotionResult<T>> CallAsync<T>(NotionRequest request, Func<JsonElement, DateTimeOffset?, T?> read, IAttempt attempt)
        where T : class =>
        SluiceActivities.On ? TracedAsync(request, read, attempt) : CarryOutAsync(request, read, attempt);

    private async Task<NotionResult<T>> TracedAsync<T>(NotionRequest request, Func<JsonElement, DateTimeOffset?, T?> read, IAttempt attempt)
        where T : class
    {
        using var activity = SluiceActivities.StartCall(request.Method, address, request.Path);
        var result = await CarryOutAsync(request, read, attempt).ConfigureAwait(false);
        var failure = result.Failure;
        SluiceActivities.EndCall(activity, failure is null ? (int)HttpStatusCode.OK : failure.Error.NotionStatus, failure?.Error.Code.Name);
        return result;
    }

    private async Task<NotionResult<T>> CarryOutAsync<T>(NotionRequest request, Func<JsonElement, DateTimeOffset?, T?> read, IAttempt attempt)
        where T : class
    {
        var reporter = new AttemptReporter(attempt);
        reporter.Enter();
        var content = request.Body?.Invoke(reporter);
        try
        {
            // 1
            using var message = Build(request, content, reporter);
            try
            {
                return await ExchangeAsync(message, request.Endpoint, read, reporter, attempt).ConfigureAwait(false);
            }
            finally
            {
                // 4
                await (content?.CloseAsync() ?? Task.CompletedTask).ConfigureAwait(false);
                reporter.End();
            }
        }
        catch when (content?.SourceFailure is not null)
        {
            // The network's view of it adds nothing; what is neither expected nor the network's is a bug and goes up as it is.
            return TransportFailures.OfSource(content.SourceFailure);
        }
        catch (Exception e) when (TransportFailures.IsExpected(e))
        {
            // 5
            return TransportFailures.Of(request.Endpoint, e, reporter.Started, attempt);
        }
    }

    private HttpRequestMessage Build(NotionRequest request, NotionContent? content, AttemptReporter reporter)
    {
        var message = new HttpRequestMessage(request.Method, NotionAddress.At(address, request.Path))
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        message.Headers.TryAddWithoutValidation("Notion-Version", version);
        message.Headers.TryAddWithoutValidation("User-Agent", UserAgent);
        message.Headers.TryAddWithoutValidation("Accept", "application/json");
        message.Headers.ExpectContinue = request.Endpoint == NotionEndpoint.Send && expect.Active ? true : null;
        message.Options.Set(AttemptReporter.Key, reporter);
        token.Authorize(message);
        return message;
    }

    private async Task<NotionResult<T>> ExchangeAsync<T>(
        HttpRequestMessage message, NotionEndpoint endpoint, Func<JsonElement, DateTimeOffset?, T?> read, AttemptReporter reporter, IAttempt attempt)
        where T : class
    {
        // 2
        if (message.Content is null)
        {
            reporter.BodySent();
        }

        using var response = await invoker.SendAsync(message, attempt.Token).ConfigureAwait(false);
        reporter.ResponseStarted();

        // 3
        if (!response.IsSuccessStatusCode)
        {
            var failure = await ReadErrorAsync(response, endpoint, reporter, attempt).ConfigureAwait(false);
            if (failure.Class is FailureClass.Transient or FailureClass.Ambiguous)
            {
                reporter.DropConnection();
            }

            return failure;
        }

        var stream = await response.Content.ReadAsStreamAsync(attempt.Token).ConfigureAwait(false);
        var answer = new AnswerStream(stream, MaxAnswer, reporter);
        await using (answer.ConfigureAwait(false))
        {
            using var document = await JsonDocument.ParseAsync(answer, cancellationToken: attempt.Token).ConfigureAwait(false);
            return read(document.RootElement, response.Headers.Date) is { } value ? value : throw new JsonException("A field that must be there is missing.");
        }
    }

    private async Task<NotionFailure> ReadErrorAsync(HttpResponseMessage response, NotionEndpoint endpoint, AttemptReporter reporter, IAttempt attempt)
    {
        var body = new byte[MaxErrorAnswer];
        var length = 0;
        try
        {
            var stream = await response.Content.ReadAsStreamAsync(attempt.Token).ConfigureAwait(false);
            var answer = new AnswerStream(stream, MaxErrorAnswer, reporter);
            await using (answer.ConfigureAwait(false))
            {
                length = await answer.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, attempt.Token).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (TransportFailures.IsExpected(e) && (attempt.ExpiredLimit is not null || !attempt.Token.IsCancellationRequested))
        {
            length = 0; // the status and the headers say enough
        }

        return NotionErrorParser.Parse(endpoint, NotionErrorHead.Of(response, time.GetUtcNow()), body.AsSpan(0, length), token);
    }
}
