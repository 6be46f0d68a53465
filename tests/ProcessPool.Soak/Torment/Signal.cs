using System.Globalization;
using System.Runtime.InteropServices;

namespace ProcessPool.Soak.Torment;

/// <summary>Signals to children of this process, and to no others.</summary>
internal static partial class Signal
{
    public const int Kill = 9;
    public const int Segfault = 11;
    public const int Continue = 18;
    public const int Stop = 19;

    /// <returns>Whether there was such a child.</returns>
    public static bool Send(int process, int signal) => ParentOf(process) == Environment.ProcessId && SendCore(process, signal) == 0;

    /// <summary>The parent of a process; null if there is none such, or it has died and was not waited for.</summary>
    public static int? ParentOf(int process) => StatOf(process) is { State: not ('Z' or 'X') } stat ? stat.Parent : null;

    public static (char State, int Parent)? StatOf(int process)
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

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendCore(int process, int signal);
}
