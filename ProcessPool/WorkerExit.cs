namespace ProcessPool;

/// <summary>A worker process that has ended, or that could not be started, see <see cref="PoolOptions.OnWorkerExit"/>.</summary>
public sealed record WorkerExit
{
    internal WorkerExit(int workerId, int? processId, LeaveReason reason, string cause) =>
        (WorkerId, ProcessId, Reason, Cause) = (workerId, processId, reason, cause);

    /// <summary>The worker's number in its pool, from 0. Its replacement has the same number.</summary>
    public int WorkerId { get; }

    /// <summary>The process id that the worker had; null if there was no process.</summary>
    public int? ProcessId { get; }

    /// <summary>The first reason for which the worker was to end, or did.</summary>
    public LeaveReason Reason { get; }

    /// <summary>
    /// Why the pool killed the worker; null if it did not. <see cref="LeaveReason.SlowToEnd"/> if the worker was asked to end and its
    /// finalizer, or anything else that it did at its end, took longer than <see cref="PoolOptions.ShutdownTimeout"/>.
    /// </summary>
    public LeaveReason? KillReason { get; internal init; }

    /// <inheritdoc cref="WorkerDiedException.ExitCode"/>
    public int? ExitCode { get; internal init; }

    /// <inheritdoc cref="WorkerDiedException.Cause"/>
    public string Cause { get; }

    /// <summary>
    /// The item that the worker ran when it ended; null if it ran none. It may be retried, see
    /// <see cref="PoolOptions.MaxAttempts"/>.
    /// </summary>
    public RunningItem? RunningItem { get; internal init; }

    /// <summary>
    /// Whether another process takes its place, at once or after a pause. False if the pool ends, has given up, or needs fewer
    /// workers now.
    /// </summary>
    public bool IsReplaced { get; internal init; }

    /// <summary>
    /// Why the worker failed to start, if <see cref="Reason"/> is <see cref="LeaveReason.NotStarted"/>; otherwise null.
    /// </summary>
    public WorkerStartException? StartFailure { get; internal init; }
}
