using System.Globalization;

namespace ProcessPool.Worker;

/// <summary>Influences which process the kernel's OOM killer chooses first.</summary>
internal static class KernelPreference
{
    private const string File = "/proc/self/oom_score_adj";

    /// <summary>The kernel treats the process as if it used this many thousandths of all memory in addition.</summary>
    private const int More = 500;

    private const int Most = 1000;

    /// <summary>
    /// Makes the kernel prefer this process over its coordinator, which has more to lose. Processes that tasks start inherit the
    /// value, and of nested workers the innermost gets the highest. The value is only raised, which needs no privileges.
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
            // The kernel then chooses as usual.
        }
    }
}
