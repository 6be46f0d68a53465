using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using ProcessPool.Platform;

namespace ProcessPool.Workers;

/// <summary>Makes a worker yield to other processes. It can be made nicer only, never less so.</summary>
internal static class ProcessNiceness
{
    public const int Most = 19;

    /// <summary>From here on Windows' lowest class is the nearest.</summary>
    private const int NearestToIdle = 10;

    /// <summary>Makes a process so much nicer than this one; once it has said hello, and before it hears of anything to run.</summary>
    public static void Raise(Process process, int by)
    {
        if (by == 0) return;
        if (OperatingSystem.IsWindows()) SetClass(process, by);
        else if (OperatingSystem.IsLinux()) RaiseThreads(process.Id, Target(by));
        else _ = Libc.SetPriority(Libc.PriorityOfProcess, process.Id, Target(by));
    }

    private static int Target(int by) => Math.Min(Most, Libc.GetPriority(Libc.PriorityOfProcess, Environment.ProcessId) + by);

    /// <summary>
    /// On Linux each thread has a niceness of its own, and hands it on to those that it starts. So this is done once a look
    /// finds no thread that was not raised before: what comes later comes from one that was.
    /// </summary>
    private static void RaiseThreads(int process, int niceness)
    {
        try
        {
            HashSet<int> raised = [];
            for (var found = true; found;)
            {
                found = false;
                foreach (var directory in Directory.GetDirectories($"/proc/{process}/task"))
                {
                    var thread = int.Parse(Path.GetFileName(directory.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture);
                    if (!raised.Add(thread)) continue;
                    found = true;
                    _ = Libc.SetPriority(Libc.PriorityOfProcess, thread, niceness);
                }
            }
        }
        catch (IOException)
        {
            // It has died: that is told by whoever reads from it.
        }
    }

    private static void SetClass(Process process, int by)
    {
        try
        {
            process.PriorityClass = by < NearestToIdle ? ProcessPriorityClass.BelowNormal : ProcessPriorityClass.Idle;
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception)
        {
            // It has died, too.
        }
    }
}
