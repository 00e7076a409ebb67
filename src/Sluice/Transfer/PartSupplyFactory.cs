using Sluice.Buffers;
using Sluice.Parts;
using Sluice.Pressure;
using Sluice.Settings;

namespace Sluice.Transfer;

/// <summary>Chooses how a source's parts are supplied: read again, or held in memory under tickets.</summary>
internal sealed class PartSupplyFactory(SluiceOptions options, bool hashing, ProfileKind profile, FillLanes lanes, UploadView view, Func<long, CancellationToken, ValueTask<PartBuffer>> rent)
{
    public ProfileKind Profile => profile;

    public PartSupply Create(IByteSource source, PartPlan plan) => source.CanReread
        ? new ReplayPartSupply(source, plan, options.Stream.ReadBuffer, hashing)
        : new RelayPartSupply(source, plan, options.Stream.ReadBuffer, hashing, lanes, view, rent);
}
