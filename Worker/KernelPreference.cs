using System.Globalization;

namespace ProcessPool.Worker;

/// <summary>Whom the kernel takes first when there is no memory left.</summary>
internal static class KernelPreference
{
    private const string File = "/proc/self/oom_score_adj";

    /// <summary>As if it had taken so many thousandths of all memory more than it has.</summary>
    private const int More = 500;

    private const int Most = 1000;

    /// <summary>
    /// This process rather than its coordinator, which has more to lose; so too what tasks start, which inherits it, and of workers
    /// within workers the innermost. Only ever raised: everybody may do that.
    /// </summary>
    public static void OfferThisProcess()
    {
        if (!OperatingSystem.IsLinux()) return;
        try
        {
            var current = int.Parse(System.IO.File.ReadAllText(File), CultureInfo.InvariantCulture);
            if (current < Most) System.IO.File.WriteAllText(File, Math.Min(current + More, Most).ToString(CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            // Then it chooses as it always does.
        }
    }
}
