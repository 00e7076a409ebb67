using Sluice.Errors;
using Sluice.Notion;
using Sluice.Settings;
using Xunit;

namespace Sluice.Tests.Settings;

public sealed class SettingsCatalogueTests
{
    /// <summary>The engine's settings and their defaults in the small profile, as users rely on them.</summary>
    public static TheoryData<string, string> Promised => new()
    {
        { "Notion:Url", "https://api.notion.com" },
        { "Notion:Version", "2026-03-11" },
        { "Notion:TokenFile", "" },
        { "Memory:LimitMb", "100" },
        { "Memory:BufferMb", "auto" },
        { "Memory:PerUploadMb", "20" },
        { "Memory:PartBuffersPerUpload", "2" },
        { "Memory:SweepInterval", "30s" },
        { "Memory:CollectAtPercent", "80" },
        { "Memory:EmergencyPercent", "90" },
        { "Concurrency:MinWorkers", "1" },
        { "Concurrency:MaxWorkers", "3" },
        { "Concurrency:MiddleMemoryPercent", "50" },
        { "Concurrency:HighMemoryPercent", "80" },
        { "Concurrency:MiddleCpuPercent", "60" },
        { "Concurrency:ScaleDownCpuPercent", "70" },
        { "Concurrency:HighCpuPercent", "80" },
        { "Stream:ReadBuffer", "64KiB" },
        { "Timeouts:Connect", "30s" },
        { "Timeouts:Response", "75s" },
        { "Timeouts:Read", "5m" },
        { "Timeouts:Total", "450s" },
        { "Retry:MaxAttempts", "5" },
        { "Retry:InitialDelay", "1s" },
        { "Retry:MaxDelay", "2m" },
        { "Retry:ExponentialBase", "2" },
        { "Retry:JitterPercent", "25" },
        { "Retry:GiveUpAfter", "15m" },
        { "CircuitBreaker:FailureThreshold", "5" },
        { "CircuitBreaker:Window", "60s" },
        { "CircuitBreaker:BreakDuration", "60s" },
        { "CircuitBreaker:HalfOpenMaxCalls", "3" },
        { "CircuitBreaker:RampStart", "1" },
        { "CircuitBreaker:RampStep", "10s" },
        { "Pacing:RequestsPerMinute", "auto" },
        { "Pacing:Burst", "10" },
        { "Pacing:Reserve", "3" },
        { "Connections:MaxConnections", "5" },
        { "Connections:MaxIdle", "3" },
        { "Connections:KeepAlive", "5m" },
        { "Connections:MaxRequestsPerConnection", "100" },
        { "Connections:ExpectContinue", "auto" },
        { "Connections:Proxy", "" },
        { "Parts:Size", "auto" },
        { "Parts:MinSize", "5MiB" },
        { "Parts:MaxSize", "20MiB" },
        { "Spool:Directory", "" },
        { "Spool:MaxBytes", "auto" },
        { "Spool:Keep", "auto" },
        { "Checkpoints:Store", "sqlite" },
        { "Checkpoints:IntervalParts", "1" },
        { "Checkpoints:Expiration", "24h" },
        { "Checkpoints:Cleanup", "30s" },
        { "Lease:Duration", "30s" },
        { "Lease:Renew", "10s" },
        { "Monitoring:Interval", "30s" },
        { "Monitoring:MemoryAlertMb", "400" },
        { "Monitoring:SuccessRateAlertPercent", "90" },
        { "Features:Retry", "on" },
        { "Features:CircuitBreaker", "on" },
        { "Features:Backpressure", "on" },
        { "Features:AdaptiveConcurrency", "on" },
        { "Features:Pacing", "on" },
        { "Features:Checkpoints", "on" },
        { "Features:Spool", "on" },
        { "Features:Integrity", "on" },
        { "Features:Alerts", "on" },
    };

    [Theory]
    [MemberData(nameof(Promised))]
    public void Every_promised_setting_is_there_with_its_default(string name, string value)
    {
        var setting = SettingsCatalogue.Find(name.ToUpperInvariant());
        Assert.Equal((name, value), (setting?.Name, setting?.Read(new SluiceOptions())));
    }

    [Fact]
    public void Names_are_said_once_and_every_default_is_a_value_of_its_own()
    {
        Assert.Equal(SettingsCatalogue.All.Count, SettingsCatalogue.All.DistinctBy(s => s.Name, StringComparer.OrdinalIgnoreCase).Count());
        Assert.Empty(SettingsCatalogue.Problems(new SluiceOptions(), NotionLimits.Default));
    }

    [Theory]
    [InlineData("Memory:LimitMb", "31", "32", "1048577")]
    [InlineData("Memory:BufferMb", "10", "11", "off")]
    [InlineData("Concurrency:MaxWorkers", "0", "64", "65")]
    [InlineData("Stream:ReadBuffer", "4095", "4KiB", "2MiB")]
    [InlineData("Timeouts:Connect", "0s", "1ms", "721h")]
    [InlineData("Retry:ExponentialBase", "0.5", "1.5", "10.5")]
    [InlineData("Retry:JitterPercent", "-1", "0", "101")]
    [InlineData("Pacing:RequestsPerMinute", "0", "off", "6001")]
    [InlineData("Parts:Size", "5242879", "5MiB", "20971521")]
    [InlineData("Spool:Keep", "some", "all", "")]
    [InlineData("Checkpoints:Store", "redis", "memory", "")]
    [InlineData("Connections:ExpectContinue", "yes", "on", "")]
    [InlineData("Features:Spool", "101", "37%", "half")]
    [InlineData("Monitoring:SuccessRateAlertPercent", "0", "100", "101")]
    public void A_value_out_of_range_is_refused_and_changes_nothing(string name, string below, string right, string above)
    {
        var setting = SettingsCatalogue.Find(name)!;
        var options = new SluiceOptions();
        var before = setting.Read(options);
        Assert.False(setting.TryWrite(options, below));
        Assert.False(setting.TryWrite(options, above));
        Assert.Equal(before, setting.Read(options));

        Assert.True(setting.TryWrite(options, right));
        Assert.Equal(right, setting.Read(options));
        Assert.Empty(SettingsCatalogue.Problems(options, NotionLimits.Default));
    }

    public static TheoryData<Action<SluiceOptions>, string> ConflictsThere => new()
    {
        { o => o.Concurrency.MinWorkers = 4, "Concurrency:MinWorkers (4) is above Concurrency:MaxWorkers (3)" },
        { o => o.Concurrency.MiddleMemoryPercent = 81, "Concurrency:MiddleMemoryPercent (81)" },
        { o => o.Concurrency.ScaleDownCpuPercent = 55, "have to rise in this order" },
        { o => o.Concurrency.HighCpuPercent = 65, "have to rise in this order" },
        { o => o.CircuitBreaker.RampStart = 4, "CircuitBreaker:RampStart (4) is above Concurrency:MaxWorkers (3)" },
        { o => o.Parts.MinSize = 21 << 20, "Parts:MinSize is above Parts:MaxSize" },
        { o => (o.Parts.Size, o.Parts.MaxSize) = (10 << 20, 8 << 20), "Parts:Size (10MiB) is not between" },
        { o => o.Lease.Renew = TimeSpan.FromSeconds(20), "Lease:Renew" },
        { o => o.Retry.InitialDelay = TimeSpan.FromSeconds(121), "Retry:InitialDelay is above Retry:MaxDelay" },
        { o => o.Memory.BufferMb = 101, "Memory:BufferMb is above Memory:LimitMb" },
        { o => (o.Memory.BufferMb, o.Parts.Size) = (11, 20 << 20), "Parts:Size (20MiB) is above Memory:BufferMb (11)" },
    };

    [Theory]
    [MemberData(nameof(ConflictsThere))]
    public void Settings_that_contradict_each_other_are_found(Action<SluiceOptions> change, string said)
    {
        var options = new SluiceOptions();
        Assert.Empty(SettingsCatalogue.Conflicts(options));
        change(options);
        Assert.Contains(said, Assert.Single(SettingsCatalogue.Conflicts(options)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_lists_everything_that_is_wrong_when_it_is_opened()
    {
        var builder = new SluiceClientBuilder().UseToken("ntn_secret").Configure(o =>
        {
            o.Memory.LimitMb = 5;
            o.Concurrency.MinWorkers = 9;
            o.Timeouts.Total = TimeSpan.Zero;
            o.Stream.ReadBuffer = 1;
            o.Features.Retry = 140;
            o.Notion.Url = "";
        });
        var error = (await Assert.ThrowsAsync<SluiceException>(() => builder.OpenAsync(TestContext.Current.CancellationToken))).Error;
        Assert.Equal(ErrorCodes.BadRequest, error.Code);
        foreach (var name in new[] { "Memory:LimitMb", "Concurrency:MinWorkers", "Timeouts:Total", "Stream:ReadBuffer", "Features:Retry", "Notion:Url" })
        {
            Assert.Contains(name, error.Message, StringComparison.Ordinal);
        }

        Assert.Contains("Memory:LimitMb cannot be '5': it takes a whole number from 32 to 1048576.", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("ntn_secret", error.Message, StringComparison.Ordinal);
    }
}
