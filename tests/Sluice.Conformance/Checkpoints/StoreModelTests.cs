using CsCheck;
using Sluice.Checkpoints;
using Xunit;

namespace Sluice.Conformance.Checkpoints;

/// <summary>Any sequence of calls answers the same on SQLite, through two connections, as on the reference store.</summary>
public sealed class StoreModelTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(60.5);

    private static readonly Gen<(int Kind, int A, int B, int C)[]> Calls =
        Gen.Select(Gen.Int[0, 19], Gen.Int[0, 3], Gen.Int[0, 3], Gen.Int[0, 20]).Array[1, 80];

    [Fact]
    public async Task Sqlite_answers_as_the_reference_does() =>
        await Calls.SampleAsync(
            async calls =>
            {
                await using var memory = new InMemoryWorld();
                await using var sqlite = new SqliteWorld();
                var reference = new Player(memory, await memory.OpenAsync(), await memory.OpenAsync());
                var tested = new Player(sqlite, await sqlite.OpenAsync(), await sqlite.OpenAsync());
                foreach (var call in calls)
                {
                    Assert.Equal(await reference.PlayAsync(call), await tested.PlayAsync(call));
                }

                Assert.Equal(await reference.EverythingAsync(), await tested.EverythingAsync());
            },
            iter: 300,
            print: calls => string.Join(' ', calls));

    /// <summary>Plays numbered calls on a store and tells what came of them.</summary>
    private sealed class Player(StoreWorld world, params ICheckpointStore[] stores)
    {
        private readonly List<Lease> _leases = [new(LeaseKeys.Upload(Sample.Id(0)), "nobody", 99)];

        public async Task<string> PlayAsync((int Kind, int A, int B, int C) call)
        {
            var (kind, a, b, c) = call;
            var store = stores[c % 2];
            var id = Sample.Id(a);
            var holder = $"h{b}";
            var lease = _leases.FindLast(held => held.Key == LeaseKeys.Upload(id) && held.Fence % 3 != c % 3) ?? new(LeaseKeys.Upload(id), holder, c);
            switch (kind)
            {
                case 0 or 1:
                    return await TriedAsync(() => store.Uploads.CreateAsync(Sample.Record(a, b, sourceKey: $"s{c % 2}", owner: $"o{b % 2}"), None));
                case 2 or 3:
                    var answer = await store.Leases.AcquireAsync(LeaseKeys.Upload(id), holder, TimeSpan.FromSeconds(c), c % 4 == 0 ? "here" : null, None);
                    if (answer.Lease is not null)
                    {
                        _leases.Add(answer.Lease);
                    }

                    return answer.ToString();
                case 4 or 5 or 6:
                    return (await store.Uploads.AddPartsAsync(id, lease, b, [Sample.Row(c, b, (byte)c), Sample.Row(c + 1, b, (byte)a)], None)).ToString();
                case 7 or 8:
                    var item = c % 3 == 0 ? new OutboxEvent($"e{c}", "upload.done", id, "{}", default) : null;
                    var record = Sample.Record(a, b, (UploadState)(c % 9), $"o{c % 2}", $"s{b % 2}");
                    return (await store.Uploads.UpdateAsync(record, lease, c % 2 == 0 ? Durability.Power : Durability.Process, item, None)).ToString();
                case 9:
                    return (await store.Leases.RenewAsync(lease, TimeSpan.FromSeconds(c), None)).ToString();
                case 10:
                    await store.Leases.ReleaseAsync(lease, None);
                    return "";
                case 11:
                    await store.Leases.AskToLetGoAsync(lease.Key, None);
                    return "";
                case 12:
                    return (await store.Tails.WriteAsync(id, lease, new(b, c, Sample.Bytes(c, (byte)a)), None)).ToString();
                case 13:
                    return (await store.Tails.DeleteAsync(id, lease, None)).ToString();
                case 14:
                    world.Time.Advance(TimeSpan.FromSeconds(c * c / 4.0));
                    return "";
                case 15:
                    return (await store.Connections.LeasePaceAsync(
                        new($"c{a % 2}", holder, c, 15, Window, TimeSpan.FromSeconds(5), [.. Enumerable.Range(0, b).Select(i => TimeSpan.FromSeconds(i * c / 7.0))], a), None)).ToString();
                case 16:
                    await store.Connections.SaveRateAsync($"c{a % 2}", b == 0 ? null : c, None);
                    return (await store.Connections.RaiseNotBeforeAsync($"c{a % 2}", TimeSpan.FromSeconds(c), None)).ToString();
                case 17:
                    return string.Join(',', await store.Outbox.TakeAsync(b, TimeSpan.FromSeconds(c), None));
                case 18:
                    return string.Join(',', await store.Uploads.DeleteExpiredAsync(TimeSpan.FromSeconds(c * 10), TimeSpan.FromSeconds(b * 50), gone => c % 2 == 0 ? new OutboxEvent($"x{a}", "upload.expired", gone.Id, gone.State.ToString(), default) : null, None));
                default:
                    if (c == 0)
                    {
                        return (await store.Uploads.DeleteAsync(id, None)).ToString();
                    }

                    world.Dead.Bury(c == 1 ? holder : "nobody");
                    return await PageAsync(store, new(Owner: c % 3 == 0 ? $"o{b % 2}" : null, States: c % 2 == 0 ? [(UploadState)(c % 9), UploadState.Done] : null, Limit: b + 1))
                        + await store.Uploads.FindBySourceAsync($"s{c % 2}", None);
            }
        }

        public async Task<string> EverythingAsync()
        {
            var text = await PageAsync(stores[0], new());
            for (var i = 0; i <= 3; i++)
            {
                text += await stores[1].Uploads.FindAsync(Sample.Id(i), None);
                for (var generation = 0; generation <= 3; generation++)
                {
                    text += "\n" + string.Join(' ', (await stores[0].Uploads.PartsAsync(Sample.Id(i), generation, None)).Select(Sample.Text));
                }

                var tail = await stores[1].Tails.ReadAsync(Sample.Id(i), None);
                text += $"\n{tail?.Generation} {tail?.Offset} {(tail is null ? "" : Convert.ToHexString(tail.Bytes.Span))}";
            }

            return text;
        }

        private static async Task<string> PageAsync(ICheckpointStore store, UploadQuery query)
        {
            var text = "";
            do
            {
                var page = await store.Uploads.ListAsync(query, None);
                text += string.Join(',', page.Records.Select(record => record.Id)) + ';';
                query = query with { Cursor = page.NextCursor };
            }
            while (query.Cursor is not null);
            return text;
        }

        private static async Task<string> TriedAsync(Func<ValueTask> call)
        {
            try
            {
                await call();
                return "done";
            }
            catch (InvalidOperationException)
            {
                return "refused";
            }
        }
    }
}
