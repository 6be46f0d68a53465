using System.Diagnostics;

namespace ProcessPool.Chaos.Tests.Support;

/// <summary>Waits for what other processes do, because that cannot be awaited. Gives up after a bound.</summary>
internal static class Eventually
{
    public static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    /// <returns>Whether the condition became true in time.</returns>
    public static bool True(Func<bool> condition, TimeSpan? bound = null)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            if (clock.Elapsed > (bound ?? Bound)) return condition();
            Thread.Sleep(1);
        }

        return true;
    }
}
