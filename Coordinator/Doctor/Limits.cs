using System.Globalization;

namespace ProcessPool.Coordinator.Doctor;

/// <summary>Checks the limits of this machine for a number of workers. Most of them can be read on Linux only.</summary>
internal sealed class Limits(int workers)
{
    // Threads per worker, counted with one and with nine workers: six in the worker, and two in this process.
    private const int ThreadsEach = 8;

    // Bytes that a worker takes once it has run items of some size.
    private const double MemoryEach = 60e6;

    private const double PipeBuffer = 65_536;
    private const int PipesEach = 3;

    /// <summary>One finding for each limit.</summary>
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
            $"{workers} workers take {Megabytes(workers * MemoryEach)} before they hold any data: use fewer workers");
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
            $"{workers} workers need {needed} threads, which count as processes: raise ulimit -u, or the container's pids.max");
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
            $"the pipes of {workers} workers exceed the quota; pipes beyond it are small and slow (fs.pipe-user-pages-soft)");
    }

    private static Finding SharedMemory()
    {
        const string place = "/dev/shm";
        if (!Directory.Exists(place))
            return new Finding(place, "does not exist", Grade.Warning, "shared arrays may need it");
        var drive = new DriveInfo(place);
        const double little = 64e6;
        return Finding.Of(
            place,
            $"{Megabytes(drive.AvailableFreeSpace)} of {Megabytes(drive.TotalSize)} free",
            drive.AvailableFreeSpace < little,
            Grade.Warning,
            "little space for shared arrays on systems that do not share memory without a name (docker run --shm-size)");
    }

    private static string Megabytes(double bytes) => Say($"{bytes / 1e6:#,0} MB");

    private static string Size(double bytes) => Say($"{bytes / 1024:#,0} KiB");

    private static string Count(double number) => double.IsInfinity(number) ? "no limit" : Say($"{number:0}");

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
