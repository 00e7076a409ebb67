using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Sluice.Buffers;
using Sluice.Pressure;
using Sluice.Settings;
using Xunit;

namespace Sluice.Tests.Pressure;

public sealed class GovernorTests : IDisposable
{
    private const int Part = 5_242_880;

    private readonly FakeTimeProvider _time = new();
    private readonly SluiceOptions _options = new();
    private readonly FakeReadings _readings = new();
    private readonly PartBuffers _buffers;
    private readonly List<int> _ceilings = [];
    private readonly List<string> _pressure = [];
    private readonly Governor _governor;
    private int _collections;
    private int _youngCollections;
    private bool _busy = true;
    private int _limit = 3;

    public GovernorTests()
    {
        _buffers = new PartBuffers(_options.Memory, _time);
        var targets = new GovernorTargets
        {
            Buffers = _buffers,
            SendLimit = () => _limit,
            SetCpuCeiling = _ceilings.Add,
            IsBusy = () => _busy,
            ReducesFills = () => _options.Features.Backpressure > 0,
            Collect = () => _collections++,
            CollectYoung = () => _youngCollections++,
            PressureRose = _pressure.Add,
        };
        _governor = new Governor(_options, _readings, _readings.Now, targets, _time, NullLogger.Instance);
        _governor.Wake();
    }

    public void Dispose()
    {
        _governor.Dispose();
        _buffers.Dispose();
    }

    [Fact]
    public void Idle_it_looks_once_a_sweep_and_busy_once_a_second()
    {
        Seconds(10);
        Assert.Equal(10, _readings.Reads);

        _busy = false;
        Seconds(1);
        Seconds(300);
        Assert.Equal(21, _readings.Reads);

        _busy = true;
        _governor.Wake();
        Seconds(5);
        Assert.Equal(26, _readings.Reads);
    }

    [Fact]
    public void It_stops_when_it_is_closed()
    {
        _governor.Dispose();
        Seconds(100);
        Assert.Equal((0, true), (_readings.Reads, _readings.Closed));
        Assert.Equal(30L << 20, _governor.Refresh().RssBytes);
        _governor.Wake();
    }

    [Fact]
    public void Cpu_is_judged_over_five_seconds_and_sets_the_senders_ceiling()
    {
        // 0.8 s of CPU in 5 s are 80 % of 0.2 cores.
        _readings.Now = _readings.Now with { Cpu = TimeSpan.FromSeconds(0.8), Throttled = TimeSpan.FromSeconds(1) };
        Seconds(4);
        Assert.Empty(_ceilings);
        Seconds(1);
        Assert.Equal([1], _ceilings);
        Assert.Equal((CpuStep.Minimum, TimeSpan.FromSeconds(1)), (_governor.Cpu.Step, _governor.Cpu.Throttled));
        Assert.Equal(80, _governor.Cpu.Percent, 6);

        Seconds(5);
        Assert.Equal([1, 3], _ceilings);
        Assert.Equal(CpuStep.Free, _governor.Cpu.Step);

        _readings.Now = _readings.Now with { Cpu = TimeSpan.FromSeconds(1.52) };
        Seconds(5);
        Assert.Equal([1, 3, 2], _ceilings);
    }

    [Fact]
    public async Task Pressure_reduces_new_fills_and_never_the_first_in_line()
    {
        _readings.Rss(62);
        Seconds(1);
        Assert.Equal(PressureLevel.High, _governor.Memory.Level);

        using var first = await _buffers.RentAsync(Part, TestContext.Current.CancellationToken);
        var second = _buffers.RentAsync(Part, TestContext.Current.CancellationToken).AsTask();
        Assert.False(second.IsCompleted);

        // Half of 31 MiB holds three tickets of 5 MiB.
        _readings.Rss(55);
        Seconds(1);
        Assert.Equal(PressureLevel.Middle, _governor.Memory.Level);
        var third = _buffers.RentAsync(Part, TestContext.Current.CancellationToken).AsTask();
        var fourth = _buffers.RentAsync(Part, TestContext.Current.CancellationToken).AsTask();
        using var two = await second;
        using var three = await third;
        Assert.False(fourth.IsCompleted);

        _readings.Rss(30);
        Seconds(1);
        using var four = await fourth;
        Assert.Equal(["high"], _pressure);
    }

    [Fact]
    public void Backpressure_off_reads_and_reports_and_reduces_nothing()
    {
        _options.Features.Backpressure = 0;
        _readings.Rss(62);
        Seconds(1);
        Assert.Equal(PressureLevel.High, _governor.Memory.Level);
        var holder = _buffers.Budget.Open("a");
        using var one = _buffers.Budget.TryAcquire(holder, Part);
        using var two = _buffers.Budget.TryAcquire(holder, Part);
        Assert.NotNull(two);

        // Read again where it is used: on from the next look.
        _options.Features.Backpressure = 100;
        Seconds(1);
        using var three = _buffers.Budget.TryAcquire(_buffers.Budget.Open("b"), Part);
        Assert.Null(three);
    }

    [Fact]
    public async Task A_collection_is_forced_once_a_sweep_and_gives_idle_pages_back()
    {
        using (var buffer = await _buffers.RentAsync(Part, TestContext.Current.CancellationToken))
        {
            buffer.Append(new byte[Part]);
        }

        _buffers.Pool.Sweep();
        Assert.Equal(Part, _buffers.Pool.AllocatedBytes);
        _readings.Rss(70);
        Seconds(1);
        Assert.Equal((1, 0L), (_collections, _buffers.Pool.AllocatedBytes));
        Seconds(29);
        Assert.Equal(1, _collections);
        Seconds(2);
        Assert.Equal(2, _collections);
    }

    [Fact]
    public void What_did_not_live_long_is_collected_once_a_sweep_from_half_of_the_mark_on()
    {
        _readings.Rss(40);
        Seconds(60);
        Assert.Equal((0, 0), (_collections, _youngCollections));
        _readings.Rss(50);
        Seconds(1);
        Assert.Equal((0, 1), (_collections, _youngCollections));
        Seconds(29);
        Assert.Equal(1, _youngCollections);
        Seconds(2);
        Assert.Equal((0, 2), (_collections, _youngCollections));
    }

    [Fact]
    public void Each_rise_of_pressure_is_told_once()
    {
        _readings.Rss(52);
        Seconds(5);
        _readings.Rss(70);
        _readings.Now = _readings.Now with { Group = new MemoryUse(480L << 20, 0, 0, 0) };
        Seconds(5);
        Assert.True(_governor.Memory.Emergency);
        _readings.Rss(30);
        _readings.Now = _readings.Now with { Group = null };
        Seconds(5);
        _readings.Rss(52);
        Seconds(5);
        Assert.Equal(["middle", "high", "emergency", "middle"], _pressure);
    }

    [Fact]
    public void A_refresh_reads_where_the_last_reading_is_older_than_a_second()
    {
        _busy = false;
        Seconds(1);
        _readings.Rss(44);
        Assert.Equal(30L << 20, _governor.Refresh().RssBytes);
        Seconds(1);
        Assert.Equal(44L << 20, _governor.Refresh().RssBytes);
    }

    private void Seconds(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
        }
    }
}
