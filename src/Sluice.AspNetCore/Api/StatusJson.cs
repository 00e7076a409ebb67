using System.Text.Json;
using Sluice.AspNetCore.Admission;
using Sluice.AspNetCore.Hosting;
using Sluice.Diagnostics;
using Sluice.Settings;
using Sluice.Transfer;

namespace Sluice.AspNetCore.Api;

/// <summary>Writes the dashboard's numbers: the five groups of docs/metrics.md, and what stands behind them. Null where there is nothing to say.</summary>
internal static class StatusJson
{
    /// <summary>Everything an engine says, as members of the open object; each null without one.</summary>
    public static void Write(Utf8JsonWriter json, TransferEngine? engine, GatewayAdmission admission)
    {
        if (engine is null)
        {
            foreach (var group in new[] { "health", "performance", "errors", "recovery", "totals", "buffers", "spool", "waits", "alerts", "features" })
            {
                json.WriteNull(group);
            }
        }
        else
        {
            var totals = engine.Meter.Totals;
            var numbers = DashboardNumbers.Of(totals);
            Health(json, engine);
            Performance(json, engine, numbers);
            Errors(json, totals, numbers);
            Recovery(json, totals, numbers);
            Totals(json, engine, totals, numbers);
            Buffers(json, engine);
            Spool(json, engine);
            Waits(json, totals);
            json.WriteStartArray("alerts");
            foreach (var raised in engine.Health?.Alerts.Raised() ?? [])
            {
                json.WriteStringValue(raised.Alert.Name);
            }

            json.WriteEndArray();
            FeatureJson.Write(json, "features", engine.Options.Features);
        }

        Admission(json, admission);
    }

    private static void Health(Utf8JsonWriter json, TransferEngine engine)
    {
        var pipeline = engine.Connection.Pipeline.Snapshot();
        json.WriteStartObject("health");
        if (engine.Health?.Governor is { } governor)
        {
            // Whole MiB and tenths: what only trembles is no news, and is not sent to fifty viewers each second.
            var memory = governor.Refresh().RssBytes >> 20 << 20;
            json.WriteNumber("memory_bytes", memory);
            Tenths(json, "memory_percent", 100.0 * memory / ((long)engine.Options.Memory.LimitMb << 20));
            Tenths(json, "group_memory_percent", governor.ProjectedGroupPercent);
            json.WriteString("memory_pressure", governor.Memory.Emergency ? "emergency" : WaitNames.Spell(governor.Memory.Level.ToString()));
            Tenths(json, "cpu_percent", governor.Cpu.Percent);
        }
        else
        {
            json.WriteNull("memory_bytes");
            json.WriteNull("memory_percent");
            json.WriteNull("group_memory_percent");
            json.WriteNull("memory_pressure");
            json.WriteNull("cpu_percent");
        }

        json.WriteNumber("workers", pipeline.InFlight);
        json.WriteNumber("workers_limit", pipeline.Limit);
        json.WriteString("workers_reason", pipeline.LimitReason);
        json.WriteString("breaker", BreakerName(pipeline.Breaker));
        Number(json, "breaker_remaining_seconds", pipeline.BreakRemaining.TotalSeconds);
        Number(json, "not_before_seconds", pipeline.NotBefore.TotalSeconds);
        UploadJson.Number(json, "requests_per_minute", pipeline.RequestsPerWindow);
        json.WriteEndObject();
    }

    private static void Performance(Utf8JsonWriter json, TransferEngine engine, in DashboardNumbers numbers)
    {
        var census = engine.Census();
        var success = engine.Health?.Success.Last;
        json.WriteStartObject("performance");
        Number(json, "success_percent", success?.Ratio * 100);
        UploadJson.Number(json, "success_records", success?.Count);
        Number(json, "seconds_per_100mb", numbers.SecondsPer100Mb);
        json.WriteNumber("current_uploads", census.Active);
        json.WriteNumber("queue_length", census.Queued);
        json.WriteNumber("open_uploads", census.Open);
        json.WriteEndObject();
    }

    private static void Errors(Utf8JsonWriter json, MeterTotals totals, in DashboardNumbers numbers)
    {
        json.WriteStartObject("errors");
        Number(json, "timeout_percent", numbers.TimeoutPercent);
        Number(json, "retry_percent", numbers.RetryPercent);
        json.WriteNumber("memory_pressure_events", totals[MeterTotal.PressureEvents]);
        json.WriteNumber("connection_errors", totals[MeterTotal.ConnectionErrors]);
        json.WriteEndObject();
    }

    private static void Recovery(Utf8JsonWriter json, MeterTotals totals, in DashboardNumbers numbers)
    {
        json.WriteStartObject("recovery");
        json.WriteNumber("checkpoints_per_minute", totals.CheckpointsAMinute.Count);
        Number(json, "resume_success_percent", numbers.ResumeSuccessPercent);
        json.WriteNumber("breaker_activations", totals[MeterTotal.BreakerActivations]);
        Number(json, "average_recovery_seconds", numbers.RecoverySeconds);
        json.WriteEndObject();
    }

    private static void Totals(Utf8JsonWriter json, TransferEngine engine, MeterTotals totals, in DashboardNumbers numbers)
    {
        json.WriteStartObject("totals");
        json.WriteNumber("attempts", totals[MeterTotal.Attempts]);
        json.WriteNumber("attempts_failed", totals[MeterTotal.AttemptsFailed]);
        json.WriteNumber("retries", totals[MeterTotal.Retries]);
        json.WriteNumber("timeouts", totals[MeterTotal.Timeouts]);
        json.WriteNumber("rate_limit_waits", totals[MeterTotal.RateLimitWaits]);
        json.WriteNumber("uploads_started", totals[MeterTotal.Starts]);
        json.WriteNumber("successes", totals[MeterTotal.Done]);
        json.WriteNumber("failures", totals[MeterTotal.Failed]);
        json.WriteNumber("interruptions", totals[MeterTotal.Interrupted]);
        json.WriteNumber("refusals", totals[MeterTotal.AdmissionRefusals]);
        json.WriteNumber("parts", totals[MeterTotal.Parts]);
        Number(json, "average_part_seconds", numbers.PartSeconds);
        json.WriteNumber("checkpoints", totals[MeterTotal.Checkpoints]);
        json.WriteNumber("fence_refusals", totals[MeterTotal.FenceRefusals]);
        json.WriteNumber("bytes_in", totals[MeterTotal.BytesIn]);
        json.WriteNumber("bytes_out", totals[MeterTotal.BytesOut]);
        UploadJson.Number(json, "peak_memory_bytes", engine.Health?.Governor.Refresh().PeakRssBytes >> 20 << 20);
        json.WriteEndObject();
    }

    private static void Buffers(Utf8JsonWriter json, TransferEngine engine)
    {
        var (budget, pool) = (engine.Buffers.Budget, engine.Buffers.Pool);
        json.WriteStartObject("buffers");
        json.WriteNumber("limit_bytes", budget.Limit);
        json.WriteNumber("ticket_bytes", budget.TicketBytes);
        json.WriteNumber("page_bytes", pool.AllocatedBytes);
        json.WriteNumber("waiting_bytes", budget.WaitingBytes);
        json.WriteNumber("holders", budget.Holders);
        json.WriteEndObject();
    }

    private static void Spool(Utf8JsonWriter json, TransferEngine engine)
    {
        var spool = engine.Spool.Folder.Snapshot();
        json.WriteStartObject("spool");
        json.WriteNumber("limit_bytes", spool.LimitBytes);
        json.WriteNumber("reserved_bytes", spool.ReservedBytes);
        json.WriteNumber("written_bytes", spool.WrittenBytes + spool.ElsewhereBytes);
        json.WriteNumber("waiting", spool.Waiting);
        json.WriteString("off", spool.Off);
        json.WriteEndObject();
    }

    private static void Waits(Utf8JsonWriter json, MeterTotals totals)
    {
        json.WriteStartObject("waits");
        foreach (var reason in Enum.GetValues<WaitReason>())
        {
            if (reason != WaitReason.None)
            {
                json.WriteNumber(WaitNames.Of(reason), totals.Waiting(reason));
            }
        }

        json.WriteEndObject();
    }

    private static void Admission(Utf8JsonWriter json, GatewayAdmission admission)
    {
        var (facts, decision) = admission.Now();
        var limits = admission.Limits;
        json.WriteStartObject("admission");
        json.WriteBoolean("accepts", decision.Accepted);
        json.WriteString("reason", AdmissionReasons.NameOf(decision.Reason));
        json.WriteString("detail", decision.Detail);
        Number(json, decision.Accepted ? "delay_seconds" : "retry_after_seconds", decision.Wait.TotalSeconds);
        json.WriteNumber("open", facts.Open);
        json.WriteNumber("max_open", limits.Open);
        json.WriteNumber("active", facts.Active);
        json.WriteNumber("max_active", limits.Active);
        json.WriteNumber("queued", facts.Queued);
        json.WriteNumber("max_queued", limits.Queued);
        json.WriteStartObject("refused");
        foreach (var reason in AdmissionReasons.Refusals.Select(AdmissionReasons.NameOf).Append(MetricTags.RefusedForWait))
        {
            json.WriteNumber(reason, admission.Refused(reason));
        }

        json.WriteEndObject();
        json.WriteString("last_refusal", admission.LastRefusal?.Detail);
        json.WriteEndObject();
    }

    private static string BreakerName(Resilience.BreakerState state) => state == Resilience.BreakerState.HalfOpen ? "half-open" : WaitNames.Spell(state.ToString());

    private static void Tenths(Utf8JsonWriter json, string name, double? value) => Number(json, name, value is { } number ? Math.Round(number, 1) : null);

    /// <summary>Three decimals: more is noise, and would make two documents differ that say the same.</summary>
    private static void Number(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number && double.IsFinite(number))
        {
            json.WriteNumber(name, Math.Round(number, 3));
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
