using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using ProcessPool.Platform;

namespace ProcessPool.Workers;

/// <summary>Lowers the priority of a worker. Niceness can only be raised, never lowered.</summary>
internal static class ProcessNiceness
{
    public const int Most = 19;

    /// <summary>From this value on, Windows uses its lowest priority class.</summary>
    private const int NearestToIdle = 10;

    /// <summary>
    /// Makes a worker this much nicer than this process. Called after its hello and before it gets anything to run.
    /// </summary>
    public static void Raise(Process process, int by)
    {
        if (by == 0) return;
        if (OperatingSystem.IsWindows()) SetClass(process, by);
        else if (OperatingSystem.IsLinux()) RaiseThreads(process.Id, Target(by));
        else _ = Libc.SetPriority(Libc.PriorityOfProcess, process.Id, Target(by));
    }

    private static int Target(int by) => Math.Min(Most, Libc.GetPriority(Libc.PriorityOfProcess, Environment.ProcessId) + by);

    /// <summary>
    /// On Linux each thread has its own niceness and passes it on to threads that it starts. So this repeats until a pass finds
    /// no new thread: every later thread is started by one that was raised.
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
            // The process has died. The thread that reads from it will notice.
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
            // The process has died, as above.
        }
    }
}
