using ProcessPool;

namespace ConformanceApp;

/// <summary>A pool that is never disposed of, as long as the program lives.</summary>
internal static class NeverClosed
{
    public static Pool? Pool { get; set; }
}
