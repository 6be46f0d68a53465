using ProcessPool.Chaos.Tests.Support;

namespace ProcessPool.Conformance.Tests.Support;

/// <summary>Objects that nothing refers to any more.</summary>
internal static class Garbage
{
    /// <summary>Whether all of them are collected in the end.</summary>
    public static bool IsFreed(params WeakReference[] references) => BecomesTrue(() => Array.TrueForAll(references, static reference => !reference.IsAlive));

    /// <summary>Whether the processes end once their pool, which nothing refers to, is collected.</summary>
    public static bool AreEnded(IEnumerable<int> processes) => BecomesTrue(() => !processes.Any(Processes.IsAlive));

    private static bool BecomesTrue(Func<bool> condition) => Eventually.True(() =>
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return condition();
    });
}
