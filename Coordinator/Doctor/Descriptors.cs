namespace ProcessPool.Coordinator.Doctor;

/// <summary>
/// How many files this process may have open. .NET does not survive it everywhere when there are too few: it can say "Out of
/// memory" and abort. So it is looked at before workers start.
/// </summary>
internal static class Descriptors
{
    // Found by trying limits with 10 and with 100 workers: 4 each (three pipes and the status page), and up to 160 that
    // the runtime has open on its own.
    private const int Own = 180;
    private const int Each = 4;

    /// <summary>How many are allowed; infinite where nobody says.</summary>
    public static double Allowed => SystemFiles.Limit("Max open files") ?? double.PositiveInfinity;

    /// <summary>How many a number of workers need.</summary>
    public static int NeededFor(int workers) => Own + (workers * Each);

    /// <summary>What to say where they are too few; null where they are enough.</summary>
    public static string? Problem(int workers) => NeededFor(workers) <= Allowed
        ? null
        : $"{workers} workers need {NeededFor(workers)} open files: raise ulimit -n, or nofile of the container";
}
