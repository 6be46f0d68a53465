using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace ProcessPool.Chaos.Tests.Support;

/// <summary>The processes of this machine, as /proc shows them.</summary>
internal static partial class Processes
{
    public const int SigInt = 2;
    public const int SigKill = 9;
    public const int SigSegv = 11;
    public const int SigTerm = 15;
    public const int SigHangUp = 1;
    public const int SigStop = 19;
    public const int SigContinue = 18;

    /// <returns>Whether there was such a process; one that has died and was not waited for counts.</returns>
    public static bool Signal(int process, int signal) => Kill(process, signal) == 0;

    /// <summary>Writes the process id to a file, and waits to be killed by the reader of the file.</summary>
    public static void WaitToBeKilled(string sign)
    {
        File.WriteAllText($"{sign}~", $"{Environment.ProcessId}");
        File.Move($"{sign}~", sign);
        Thread.Sleep(Timeout.Infinite);
    }

    /// <summary>From outside: kills the process that waits for that, see <see cref="WaitToBeKilled"/>.</summary>
    public static void KillWhoWaits(string sign, int signal)
    {
        Assert.That(Eventually.True(() => File.Exists(sign)), Is.True, "a process waits to be killed");
        SignalUntilDead(int.Parse(File.ReadAllText(sign), CultureInfo.InvariantCulture), signal);
    }

    /// <summary>The .NET runtime goes on after a first SIGSEGV that is no fault of its own code, and ends at the second.</summary>
    public static void SignalUntilDead(int process, int signal) =>
        Assert.That(Eventually.True(() => !Signal(process, signal) || !IsAlive(process)), Is.True, "it dies");

    /// <summary>Whether it runs; one that is dead and was not waited for does not.</summary>
    public static bool IsAlive(int process) => Stat(process) is { } stat && stat.State is not ('Z' or 'X');

    /// <summary>The living children of this process.</summary>
    public static List<int> Children() =>
        All().FindAll(static process => Stat(process) is { State: not ('Z' or 'X') } stat && stat.Parent == Environment.ProcessId);

    /// <summary>The children of this process that are dead and were not waited for.</summary>
    public static List<int> Zombies() =>
        All().FindAll(static process => Stat(process) is { State: 'Z' } stat && stat.Parent == Environment.ProcessId);

    /// <summary>The living processes that have this text in their environment: what a process started, however far down.</summary>
    public static List<int> WithEnvironment(string text) => All().FindAll(process => IsAlive(process) && Environ(process).Contains(text));

    /// <summary>The open descriptors of this process.</summary>
    public static int OpenFiles() => Directory.GetFiles("/proc/self/fd").Length;

    /// <summary>The bytes that this process has written, to pipes too.</summary>
    public static long BytesWritten() => Field("/proc/self/io", "wchar:");

    /// <summary>The threads of this process.</summary>
    public static int Threads() => Directory.GetDirectories("/proc/self/task").Length;

    /// <summary>The most memory that a process has had resident so far, in bytes.</summary>
    public static long PeakMemory(int process) => 1024 * Field($"/proc/{process}/status", "VmHWM:");

    /// <summary>The memory that a process has resident, in bytes.</summary>
    public static long ResidentMemory(int process) => 1024 * Field($"/proc/{process}/status", "VmRSS:");

    private static long Field(string file, string name)
    {
        var line = File.ReadLines(file).First(line => line.StartsWith(name, StringComparison.Ordinal));
        return long.Parse(line[name.Length..].Replace("kB", ""), CultureInfo.InvariantCulture);
    }

    private static List<int> All()
    {
        List<int> processes = [];
        foreach (var directory in Directory.GetDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory), out var process)) processes.Add(process);
        }

        return processes;
    }

    private static (char State, int Parent)? Stat(int process)
    {
        try
        {
            // PID (name) state parent …; the name may hold anything.
            var text = File.ReadAllText($"/proc/{process}/stat");
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return (fields[0][0], int.Parse(fields[1], CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    private static string Environ(int process)
    {
        try
        {
            return Encoding.UTF8.GetString(File.ReadAllBytes($"/proc/{process}/environ"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
