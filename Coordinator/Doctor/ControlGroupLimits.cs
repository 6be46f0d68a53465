using System.Globalization;
using ProcessPool.Platform;

namespace ProcessPool.Coordinator.Doctor;

/// <summary>The limits of the control groups that this process is in. The lowest limit counts.</summary>
/// <param name="root">The root of the file system; a temporary directory in tests.</param>
internal sealed class ControlGroupLimits(string root = "/")
{
    /// <summary>How many processors may be used on average; null if there is no limit.</summary>
    public double? Processors => ControlGroup.Of("cpu", root).Min(Quota);

    /// <summary>How many bytes of memory may be used; null if there is no limit.</summary>
    public long? Memory => ControlGroup.Of("memory", root).Min(group => group.Number("memory.max", "memory.limit_in_bytes"));

    /// <summary>How many more processes and threads there may be; null if there is no limit.</summary>
    public long? ProcessesLeft => ControlGroup.Of("pids", root).Min(group =>
        group.Number("pids.max", "pids.max") - group.Number("pids.current", "pids.current"));

    private static double? Quota(ControlGroup group)
    {
        string text = group.IsVersion2 ? group.Read("cpu.max") ?? "" : $"{group.Read("cpu.cfs_quota_us")} {group.Read("cpu.cfs_period_us")}";
        return text.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries) is [var quota, var period]
            && double.TryParse(quota, CultureInfo.InvariantCulture, out double used) && used > 0
            && double.TryParse(period, CultureInfo.InvariantCulture, out double of) && of > 0
                ? used / of
                : null;
    }
}
