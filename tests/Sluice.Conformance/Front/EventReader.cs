using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Sluice.Conformance.Front;

/// <summary>Reads server-sent events while a test moves the clock.</summary>
internal sealed class EventReader : IAsyncDisposable
{
    private readonly HttpResponseMessage _answer;
    private readonly StreamReader _reader;
    private Task<string?>? _pending;

    private EventReader(HttpResponseMessage answer, StreamReader reader)
    {
        _answer = answer;
        _reader = reader;
    }

    public static async Task<EventReader> OpenAsync(FrontWorld world, string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/events");
        if (key is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key}");
        }

        var answer = await world.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType!.MediaType);
        var reader = new EventReader(answer, new StreamReader(await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken)));
        Assert.Equal(": sluice", await reader._reader.ReadLineAsync(TestContext.Current.CancellationToken));
        return reader;
    }

    /// <summary>The data of the next event of a kind; ":" is the next comment; null: the stream ended.</summary>
    public async Task<string?> NextAsync(string kind, FakeTimeProvider time)
    {
        var hit = false;
        while (await LineAsync(time) is { } line)
        {
            if (kind == ":" && line.StartsWith(':'))
            {
                return line[1..].Trim();
            }

            if (hit && line.StartsWith("data: ", StringComparison.Ordinal))
            {
                return line[6..];
            }

            hit = line == $"event: {kind}";
        }

        return null;
    }

    public ValueTask DisposeAsync()
    {
        _reader.Dispose();
        _answer.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<string?> LineAsync(FakeTimeProvider time)
    {
        _pending ??= _reader.ReadLineAsync(TestContext.Current.CancellationToken).AsTask();
        try
        {
            await Eventually.HoldsAsync(() => _pending.IsCompleted, time);
            return await _pending;
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            return null;
        }
        finally
        {
            _pending = null;
        }
    }
}
