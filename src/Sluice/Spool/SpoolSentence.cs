using System.Globalization;

namespace Sluice.Spool;

/// <summary>What doctor says about the spool.</summary>
internal static class SpoolSentence
{
    /// <summary>Where it lies, on what, and how much a command may gather there; or why nothing can be gathered.</summary>
    public static string Of(string stateFolder, SpoolOptions options)
    {
        var place = new SpoolPlace(stateFolder, options.Directory);
        try
        {
            var volume = SpoolVolume.Read(place.Shown);
            if (options.MaxBytes == 0 && !volume.IsDisk)
            {
                return SpoolErrors.NoDisk(place.Shown, volume.Kind).Message;
            }

            var (limit, why) = options.MaxBytes > 0 ? (options.MaxBytes, "Spool:MaxBytes") : (SpoolShares.OfCommand(volume.FreeBytes), "what the disk has, less a margin");
            return string.Create(CultureInfo.InvariantCulture, $"{place.Shown} on {volume.Kind}, for up to {limit:N0} bytes of standard input ({why})");
        }
        catch (Exception e) when (SpoolOutcome.IsExpected(e))
        {
            return SpoolErrors.Of(place.Shown, SpoolOutcome.Of(e)).Message;
        }
    }
}
