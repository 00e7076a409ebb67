using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Sluice.Checkpoints.InMemory;
using Sluice.Notion;
using Sluice.Resilience;
using Sluice.Settings;

namespace Sluice.Tests.Resilience;

/// <summary>A whole pipeline on virtual time, an in-memory store and a Notion that is a function.</summary>
internal sealed class PipelineHarness : IAsyncDisposable
{
    private int _calls;
    private int _usersMe;
    private int _retrieves;

    public PipelineHarness(Action<SluiceOptions>? configure = null, FakeTimeProvider? time = null, InMemoryCheckpointStore? store = null, string holder = "p")
    {
        Time = time ?? new FakeTimeProvider();
        Store = store ?? new InMemoryCheckpointStore(Time);
        configure?.Invoke(Options);
        Pipeline = new NotionPipeline(Options, NotionLimits.Default, Store.Connections, "c", holder, Time, new Random(7), NullLoggerFactory.Instance, _ =>
        {
            Interlocked.Increment(ref _usersMe);
            return Task.FromResult(Probe() is { Failure: { } failure } ? failure : (NotionResult<NotionBot>)new NotionBot("b", null, null, null));
        });
    }

    public FakeTimeProvider Time { get; }

    public InMemoryCheckpointStore Store { get; }

    public SluiceOptions Options { get; } = new();

    public NotionPipeline Pipeline { get; }

    public RecordingObserver Observer { get; } = new();

    /// <summary>What users/me and retrieve answer.</summary>
    public Func<NotionResult<NotionFileUpload>> Probe { get; set; } = static () => Answer.Ok;

    /// <summary>Calls that went out, probes apart.</summary>
    public int Calls => Volatile.Read(ref _calls);

    public int UsersMe => Volatile.Read(ref _usersMe);

    public int Retrieves => Volatile.Read(ref _retrieves);

    public BreakerState Breaker => Pipeline.Snapshot().Breaker;

    public CallPlan Send(bool finishing = false, RecordingObserver? observer = null) => new(NotionEndpoint.Send, observer ?? Observer)
    {
        Permit = new PermitOrder(finishing, long.MaxValue),
        Retrieve = _ =>
        {
            Interlocked.Increment(ref _retrieves);
            return Task.FromResult(Probe());
        },
    };

    public CallPlan Control(NotionEndpoint endpoint = NotionEndpoint.Create, RecordingObserver? observer = null) => new(endpoint, observer ?? Observer);

    public Task<NotionResult<NotionFileUpload>> CallAsync(CallPlan plan, Func<IAttempt, Task<NotionResult<NotionFileUpload>>> call, CancellationToken cancellationToken) =>
        Pipeline.ExecuteAsync(
            plan,
            attempt =>
            {
                Interlocked.Increment(ref _calls);
                return call(attempt);
            },
            cancellationToken).AsTask();

    public Task<NotionResult<NotionFileUpload>> CallAsync(CallPlan plan, Func<NotionResult<NotionFileUpload>> answer, CancellationToken cancellationToken) =>
        CallAsync(plan, _ => Task.FromResult(answer()), cancellationToken);

    /// <summary>Moves time on until the call is over; its result, and how long it took.</summary>
    public async Task<(NotionResult<NotionFileUpload> Result, TimeSpan Took)> EndOf(Task<NotionResult<NotionFileUpload>> call, TimeSpan most, TimeSpan? step = null)
    {
        var took = await Time.PassUntil(() => call.IsCompleted, most, step ?? TimeSpan.FromMilliseconds(250));
        return (await call, took);
    }

    public ValueTask DisposeAsync() => Pipeline.DisposeAsync();
}
