namespace ProcessPool.Soak.Items;

/// <summary>Marks that workers leave for the coordinator: one file each, in the program's folder for temporary files.</summary>
internal static class Mark
{
    private const string SabotagedPrefix = "sabotaged-";
    private const string EndedPrefix = "ended-";

    private static bool _isRegistered;

    /// <summary>In a worker: it ends by what an item does.</summary>
    public static bool IsEndingByItem { get; set; }

    /// <summary>In a worker: an item has closed its pipes.</summary>
    public static bool IsSabotaged { get; private set; }

    /// <summary>In a worker: an item is about to close its pipes.</summary>
    public static void Sabotage()
    {
        IsSabotaged = true;
        Leave($"{SabotagedPrefix}{Environment.ProcessId}");
    }

    /// <summary>In a worker: when it ends because it was asked to, that can be counted.</summary>
    public static void OnEnd()
    {
        if (_isRegistered) return;
        _isRegistered = true;
        AppDomain.CurrentDomain.ProcessExit += static (_, _) =>
        {
            if (!IsEndingByItem && !IsSabotaged) Leave($"{EndedPrefix}{Guid.NewGuid():N}");
        };
    }

    /// <summary>Whether an item has closed a worker's pipes.</summary>
    public static bool WasSabotaged(int worker, DateTime since) =>
        File.GetLastWriteTimeUtc(Path.Combine(Path.GetTempPath(), $"{SabotagedPrefix}{worker}")) >= since;

    /// <summary>How many workers have ended because they were asked to.</summary>
    public static int CountEnded() => Directory.GetFiles(Path.GetTempPath(), $"{EndedPrefix}*").Length;

    /// <summary>What is left of a pool is forgotten.</summary>
    public static void Clear()
    {
        foreach (var prefix in (ReadOnlySpan<string>)[SabotagedPrefix, EndedPrefix])
        {
            foreach (var file in Directory.GetFiles(Path.GetTempPath(), $"{prefix}*")) File.Delete(file);
        }
    }

    private static void Leave(string name) => File.WriteAllBytes(Path.Combine(Path.GetTempPath(), name), []);
}
