namespace ProcessPool.Soak.Resources;

/// <summary>The resources that this process holds.</summary>
internal readonly record struct Usage(int Descriptors, int Threads, long Managed, long Resident)
{
    /// <summary>Measured in the same way each time: after a collection that gives back what it can.</summary>
    public static Usage Now()
    {
        for (var i = 0; i < 2; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        return new Usage(OpenFiles().Count(), CountThreads(), GC.GetTotalMemory(forceFullCollection: true), ReadResident());
    }

    /// <summary>The open files, without loaded assemblies, because the runtime loads those on demand.</summary>
    public static IEnumerable<string> OpenFiles() =>
        from file in Directory.GetFiles("/proc/self/fd")
        let target = File.ResolveLinkTarget(file, returnFinalTarget: false)?.FullName
        where target is not null && !target.EndsWith(".dll", StringComparison.Ordinal)
        select target;

    /// <summary>Without the threads of the thread pool, which the runtime adds and removes by its own rules.</summary>
    private static int CountThreads()
    {
        var count = 0;
        foreach (var task in Directory.GetDirectories("/proc/self/task"))
        {
            try
            {
                if (!File.ReadAllText(Path.Combine(task, "comm")).StartsWith(".NET TP", StringComparison.Ordinal)) count++;
            }
            catch (IOException)
            {
                // It has ended.
            }
        }

        return count;
    }

    private static long ReadResident()
    {
        const string name = "VmRSS:";
        var line = File.ReadLines("/proc/self/status").First(static line => line.StartsWith(name, StringComparison.Ordinal));
        return 1024 * long.Parse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal));
    }
}
