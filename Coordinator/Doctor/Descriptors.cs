namespace ProcessPool.Coordinator.Doctor;

/// <summary>
/// How many files this process may have open. When descriptors run out, .NET can abort with "Out of memory". So the limit is
/// checked before workers start.
/// </summary>
internal static class Descriptors
{
    // Measured by trying limits with 10 and with 100 workers: 4 descriptors a worker (three pipes and the status page), and up
    // to 160 that the runtime itself has open.
    private const int Own = 180;
    private const int Each = 4;

    /// <summary>The soft limit of this process; infinite if the system does not tell it.</summary>
    public static double Allowed => SystemFiles.Limit("Max open files") ?? double.PositiveInfinity;

    /// <summary>How many descriptors this process needs for a number of workers.</summary>
    public static int NeededFor(int workers) => Own + (workers * Each);

    /// <summary>The message to show if the limit is too low; null if it is high enough.</summary>
    public static string? Problem(int workers) => NeededFor(workers) <= Allowed
        ? null
        : $"{workers} {(workers == 1 ? "worker needs" : "workers need")} {NeededFor(workers)} open files: raise ulimit -n, or the container's nofile";
}
