using ProcessPool;

namespace LaunchApp.Probe;

/// <summary>The first step of an application without startup hooks.</summary>
public static class Worker
{
    /// <summary>Becomes a worker if a pool has started this process as one.</summary>
    public static bool TryBecome(string[] args) => Pool.RunIfWorker(args);
}
