using ProcessPool.Soak.Torment;

namespace ProcessPool.Soak.Resources;

/// <summary>What a pool may leave behind: nothing, except memory that the runtime and the C library keep for reuse.</summary>
internal static class Bounds
{
    public const long Managed = 4 << 20;
    public const long Resident = 48 << 20;

    /// <summary>Threads that have told their end, and processes that were killed, need a moment to be gone.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Waits until all is as it was, but no longer than a bound.</summary>
    /// <returns>What is held then, and what is wrong with it: null if nothing is.</returns>
    public static (Usage Usage, string? Wrong) Settle(Usage before, string mark)
    {
        var until = DateTime.UtcNow + Patience;
        while (true)
        {
            var now = Usage.Now();
            var wrong = Compare(before, now) ?? Leftovers(mark);
            if (wrong is null || DateTime.UtcNow > until) return (now, wrong);
            Thread.Sleep(200);
        }
    }

    private static string? Compare(Usage before, Usage now) =>
        now.Descriptors > before.Descriptors ? $"{now.Descriptors} descriptors, {before.Descriptors} before: {string.Join(", ", Usage.OpenFiles())}"
        : now.Threads > before.Threads ? $"{now.Threads} threads, {before.Threads} before"
        : now.Managed > before.Managed + Managed ? $"{now.Managed} bytes of managed memory, {before.Managed} before"
        : now.Resident > before.Resident + Resident ? $"{now.Resident} bytes resident, {before.Resident} before"
        : null;

    /// <summary>Processes and files.</summary>
    private static string? Leftovers(string mark)
    {
        foreach (var directory in Directory.GetDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory), out var process) && process != Environment.ProcessId && IsOurs(process, mark))
                return $"process {process} is left: {File.ReadAllText($"/proc/{process}/cmdline").Replace('\0', ' ')}";
        }

        if (Directory.Exists("/dev/shm") && Directory.GetFileSystemEntries("/dev/shm", $"*-{Environment.ProcessId}-*") is [var memory, ..]) return $"{memory} is left";
        return Directory.GetFileSystemEntries(Path.GetTempPath()) is [var file, ..] ? $"{file} is left" : null;
    }

    /// <summary>Whether it was started from here, however far down: the environment tells, also if its parent is gone.</summary>
    private static bool IsOurs(int process, string mark)
    {
        try
        {
            return Signal.ParentOf(process) is not null && File.ReadAllText($"/proc/{process}/environ").Contains(mark, StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
