namespace ProcessPool;

/// <summary>
/// Why a worker leaves its pool, see <see cref="WorkerExit"/>. <c>docs/failures.md</c> says what follows from each reason.
/// </summary>
public enum LeaveReason
{
    /// <summary>The worker crashed or exited, was killed from outside, or broke the protocol.</summary>
    Died,

    /// <summary>The pool is closed, and its calls have ended.</summary>
    Closing,

    /// <summary>The worker has run <see cref="PoolOptions.RecycleAfter"/> items.</summary>
    Recycled,

    /// <summary>The worker has lived for <see cref="PoolOptions.RecycleAfterAge"/>.</summary>
    TooOld,

    /// <summary>The worker takes more memory than <see cref="PoolOptions.RecycleAboveMemory"/>.</summary>
    Grown,

    /// <summary>An item of the worker ran out of memory within <see cref="PoolOptions.MaxWorkerMemory"/>.</summary>
    HeapExhausted,

    /// <summary><see cref="Pool.Resize"/> asked for fewer workers.</summary>
    Surplus,

    /// <summary>The worker was idle for <see cref="PoolOptions.IdleTimeout"/>.</summary>
    Idle,

    /// <summary>The worker still runs an item of a stopped call after <see cref="PoolOptions.KillDelay"/>.</summary>
    CallStopped,

    /// <summary>The worker still runs an item that exceeded its time limit after <see cref="PoolOptions.KillDelay"/>.</summary>
    ItemLate,

    /// <summary>The worker has items with a time limit but begins none of them.</summary>
    Stalled,

    /// <summary>The worker takes more memory than <see cref="PoolOptions.MaxWorkerMemory"/>.</summary>
    OverMemory,

    /// <summary>
    /// The worker sent no hello in time, its initializer failed or took too long, or it was too large from the start.
    /// </summary>
    NotStarted,

    /// <summary>The worker was asked to end and did not within <see cref="PoolOptions.ShutdownTimeout"/>.</summary>
    SlowToEnd,

    /// <summary><see cref="Pool.Terminate"/>.</summary>
    Terminated,
}
