using ProcessPool;

namespace LaunchApp.Probe;

/// <summary>What an application without startup hooks does first.</summary>
public static class Worker
{
    /// <summary>Becomes a worker if a pool has started this process as one.</summary>
    public static bool TryBecome(string[] args) => Pool.RunIfWorker(args);
}
