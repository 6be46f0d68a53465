using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace ProcessPool.Chaos.Tests.Support;

/// <summary>Reads /proc, and sends signals to processes.</summary>
internal static partial class Processes
{
    public const int SigInt = 2;
    public const int SigKill = 9;
    public const int SigSegv = 11;
    public const int SigTerm = 15;
    public const int SigHangUp = 1;
    public const int SigStop = 19;
    public const int SigContinue = 18;

    /// <returns>Whether the process exists. Zombies count.</returns>
    public static bool Signal(int process, int signal) => Kill(process, signal) == 0;

    /// <summary>Writes the process id to a file, and waits to be killed by the reader of the file.</summary>
    public static void WaitToBeKilled(string sign)
    {
        File.WriteAllText($"{sign}~", $"{Environment.ProcessId}");
        File.Move($"{sign}~", sign);
        Thread.Sleep(Timeout.Infinite);
    }

    /// <summary>Kills the process that waits in <see cref="WaitToBeKilled"/>.</summary>
    public static void KillWhoWaits(string sign, int signal)
    {
        Assert.That(Eventually.True(() => File.Exists(sign)), Is.True, "a process waits to be killed");
        SignalUntilDead(int.Parse(File.ReadAllText(sign), CultureInfo.InvariantCulture), signal);
    }

    /// <summary>Repeats the signal, because the .NET runtime survives a first SIGSEGV that its own code did not cause.</summary>
    public static void SignalUntilDead(int process, int signal) =>
        Assert.That(Eventually.True(() => !Signal(process, signal) || !IsAlive(process)), Is.True, "the process dies");

    /// <summary>Whether a process exists and is not a zombie.</summary>
    public static bool IsAlive(int process) => Stat(process) is { } stat && stat.State is not ('Z' or 'X');

    /// <summary>The living children of this process.</summary>
    public static List<int> Children() =>
        All().FindAll(static process => Stat(process) is { State: not ('Z' or 'X') } stat && stat.Parent == Environment.ProcessId);

    /// <summary>The zombies among the children of this process: dead, but not waited for.</summary>
    public static List<int> Zombies() =>
        All().FindAll(static process => Stat(process) is { State: 'Z' } stat && stat.Parent == Environment.ProcessId);

    /// <summary>The living processes that have a text in their environment. Descendants inherit it.</summary>
    public static List<int> WithEnvironment(string text) => All().FindAll(process => IsAlive(process) && Environ(process).Contains(text));

    /// <summary>The open descriptors of this process.</summary>
    public static int OpenFiles() => Directory.GetFiles("/proc/self/fd").Length;

    /// <summary>The bytes that this process has written, including those to pipes.</summary>
    public static long BytesWritten() => Field("/proc/self/io", "wchar:");

    /// <summary>The threads of this process.</summary>
    public static int Threads() => Directory.GetDirectories("/proc/self/task").Length;

    /// <summary>The peak resident memory of a process, in bytes.</summary>
    public static long PeakMemory(int process) => 1024 * Field($"/proc/{process}/status", "VmHWM:");

    /// <summary>The resident memory of a process, in bytes.</summary>
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
            // The format is: PID (name) state parent … The name may contain any characters, even parentheses.
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
