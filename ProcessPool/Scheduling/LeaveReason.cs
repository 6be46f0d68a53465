namespace ProcessPool.Scheduling;

/// <summary>Why a worker leaves its pool. What each of them means is in <see cref="Leaving"/>.</summary>
internal enum LeaveReason
{
    /// <summary>It ended by itself, was killed from outside, or broke the protocol.</summary>
    Died,

    /// <summary>The pool is closed, and its calls have ended.</summary>
    Closing,

    /// <summary>It has run <see cref="PoolOptions.RecycleAfter"/> items.</summary>
    Recycled,

    /// <summary>It has lived for <see cref="PoolOptions.RecycleAfterAge"/>.</summary>
    TooOld,

    /// <summary>It takes more memory than <see cref="PoolOptions.RecycleAboveMemory"/>.</summary>
    Grown,

    /// <summary>An item of it found no more memory within <see cref="PoolOptions.MaxWorkerMemory"/>.</summary>
    HeapExhausted,

    /// <summary><see cref="Pool.Resize"/> asked for fewer workers.</summary>
    Surplus,

    /// <summary>It had nothing to do for <see cref="PoolOptions.IdleTimeout"/>.</summary>
    Idle,

    /// <summary>It runs an item of a call that was stopped, and <see cref="PoolOptions.KillDelay"/> is over.</summary>
    CallStopped,

    /// <summary>It runs an item that exceeded its time limit, and <see cref="PoolOptions.KillDelay"/> is over.</summary>
    ItemLate,

    /// <summary>It was given items with a time limit, and begins none of them.</summary>
    Stalled,

    /// <summary>It takes more memory than <see cref="PoolOptions.MaxWorkerMemory"/>.</summary>
    OverMemory,

    /// <summary>It said no hello in time, its initializer failed or took too long, or it was too large from the start.</summary>
    NotStarted,

    /// <summary>It was asked to end, and did not within <see cref="PoolOptions.ShutdownTimeout"/>.</summary>
    SlowToEnd,

    /// <summary><see cref="Pool.Terminate"/>.</summary>
    Terminated,
}
