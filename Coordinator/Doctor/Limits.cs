using System.Globalization;

namespace ProcessPool.Coordinator.Doctor;

/// <summary>What this machine allows, judged for a number of workers. Only Linux tells all of it.</summary>
internal sealed class Limits(int workers)
{
    // Counted with one and with nine workers: six there, and two here.
    private const int ThreadsEach = 8;

    // A worker that has run items of some size.
    private const double MemoryEach = 60e6;

    private const double PipeBuffer = 65_536;
    private const int PipesEach = 3;

    /// <summary>All of them.</summary>
    public IEnumerable<Finding> All()
    {
        yield return Processors();
        yield return Memory();
        if (!OperatingSystem.IsLinux())
            yield break;
        yield return OpenFiles();
        yield return Processes();
        yield return Pipes();
        yield return SharedMemory();
    }

    private Finding Processors()
    {
        int count = Environment.ProcessorCount;
        string limit = new ControlGroupLimits().Processors is { } group ? Say($", control group {group:0.##}") : "";
        return Finding.Of("processors", $"{count}{limit}", workers > count, Grade.Warning, $"{workers} workers share them");
    }

    private Finding Memory()
    {
        double available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        string limit = new ControlGroupLimits().Memory is { } group ? $", control group {Megabytes(group)}" : "";
        return Finding.Of(
            "memory",
            $"{Megabytes(available)}{limit}",
            workers * MemoryEach > available,
            Grade.Warning,
            $"{workers} workers take {Megabytes(workers * MemoryEach)} before they hold any data: use fewer");
    }

    private Finding OpenFiles()
    {
        string? problem = Descriptors.Problem(workers);
        Grade grade = problem is null ? Grade.Good : Grade.Wrong;
        return new Finding("open files", $"{Count(Descriptors.Allowed)}, {SystemFiles.OpenDescriptors} in use", grade, problem);
    }

    private Finding Processes()
    {
        double most = SystemFiles.Limit("Max processes") ?? double.PositiveInfinity;
        double left = new ControlGroupLimits().ProcessesLeft ?? double.PositiveInfinity;
        int needed = workers * ThreadsEach;
        return Finding.Of(
            "processes",
            $"{Count(most)}, control group {(double.IsInfinity(left) ? "no limit" : Say($"{left:0} left"))}",
            needed > Math.Min(most, left),
            Grade.Wrong,
            $"{workers} workers have {needed} threads, which count: raise ulimit -u, or pids.max of the container");
    }

    private Finding Pipes()
    {
        long most = SystemFiles.Number("/proc/sys/fs/pipe-max-size") ?? 0;
        long pages = SystemFiles.Number("/proc/sys/fs/pipe-user-pages-soft") ?? 0;
        double quota = pages * (double)Environment.SystemPageSize;
        bool isScarce = pages > 0 && Environment.UserName != "root" && workers * PipesEach * PipeBuffer > quota;
        return Finding.Of(
            "pipes",
            $"{Size(most)} at most, {(pages == 0 ? "no quota" : $"quota {Size(quota)}")}",
            isScarce,
            Grade.Warning,
            $"pipes of {workers} workers exceed it: those beyond are small and slow (fs.pipe-user-pages-soft)");
    }

    private static Finding SharedMemory()
    {
        const string place = "/dev/shm";
        if (!Directory.Exists(place))
            return new Finding(place, "is not there", Grade.Warning, "shared arrays may need it");
        var drive = new DriveInfo(place);
        const double little = 64e6;
        return Finding.Of(
            place,
            $"{Megabytes(drive.AvailableFreeSpace)} of {Megabytes(drive.TotalSize)} free",
            drive.AvailableFreeSpace < little,
            Grade.Warning,
            "little room for shared arrays, where memory without a name cannot be shared (docker run --shm-size)");
    }

    private static string Megabytes(double bytes) => Say($"{bytes / 1e6:#,0} MB");

    private static string Size(double bytes) => Say($"{bytes / 1024:#,0} KiB");

    private static string Count(double number) => double.IsInfinity(number) ? "no limit" : Say($"{number:0}");

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
