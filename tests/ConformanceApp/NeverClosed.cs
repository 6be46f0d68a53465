using ProcessPool;

namespace ConformanceApp;

/// <summary>A pool that is never disposed of and lives as long as the program.</summary>
internal static class NeverClosed
{
    public static Pool? Pool { get; set; }
}
