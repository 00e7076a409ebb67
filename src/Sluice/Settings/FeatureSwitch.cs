using System.Text;

namespace Sluice.Settings;

/// <summary>Decides whether a feature that is on for a percentage of uploads is on for this one: by a hash of id and name, so that the answer stays.</summary>
internal static class FeatureSwitch
{
    public static bool IsOn(string uploadId, string feature, int percentage) =>
        percentage >= 100 || (percentage > 0 && System.IO.Hashing.XxHash32.HashToUInt32(Encoding.UTF8.GetBytes($"{uploadId}:{feature}")) % 100 < (uint)percentage);
}
