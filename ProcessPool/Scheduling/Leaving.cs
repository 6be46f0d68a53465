namespace ProcessPool.Scheduling;

/// <summary>What follows when a worker leaves for a reason. <see cref="Table"/> is the only place that says it.</summary>
/// <param name="Reason">The reason.</param>
/// <param name="Manner">How the worker is made to end.</param>
/// <param name="NotBegun">What happens to items that the worker has not begun.</param>
/// <param name="Running">What happens to the item that the worker runs.</param>
/// <param name="Afterwards">What the worker's place in the pool does afterwards.</param>
internal sealed record Leaving(LeaveReason Reason, Manner Manner, NotBegun NotBegun, FateOfRunning Running, Afterwards Afterwards)
{
    /// <summary>Indexed by <see cref="LeaveReason"/>.</summary>
    public static IReadOnlyList<Leaving> Table { get; } =
    [
        new(LeaveReason.Died, Manner.Gone, NotBegun.GoElsewhere, FateOfRunning.WorkerDied, Afterwards.RestartWithPause),
        new(LeaveReason.Closing, Manner.AskWhenEmpty, NotBegun.None, FateOfRunning.None, Afterwards.End),
        new(LeaveReason.Recycled, Manner.AskWhenEmpty, NotBegun.None, FateOfRunning.None, Afterwards.Restart),
        new(LeaveReason.TooOld, Manner.AskWhenEmpty, NotBegun.GoElsewhere, FateOfRunning.Finishes, Afterwards.Restart),
        new(LeaveReason.Grown, Manner.AskWhenEmpty, NotBegun.GoElsewhere, FateOfRunning.Finishes, Afterwards.Restart),
        new(LeaveReason.HeapExhausted, Manner.AskWhenEmpty, NotBegun.GoElsewhere, FateOfRunning.Finishes, Afterwards.Restart),
        new(LeaveReason.Surplus, Manner.AskWhenEmpty, NotBegun.GoElsewhere, FateOfRunning.Finishes, Afterwards.RestUntilWanted),
        new(LeaveReason.Idle, Manner.AskWhenEmpty, NotBegun.None, FateOfRunning.None, Afterwards.RestUntilThereIsWork),
        new(LeaveReason.CallStopped, Manner.Kill, NotBegun.GoElsewhere, FateOfRunning.EndsWithItsCall, Afterwards.Restart),
        new(LeaveReason.ItemLate, Manner.Kill, NotBegun.GoElsewhere, FateOfRunning.TimedOut, Afterwards.Restart),
        new(LeaveReason.Stalled, Manner.Kill, NotBegun.GoElsewhere, FateOfRunning.None, Afterwards.Restart),
        new(LeaveReason.OverMemory, Manner.Kill, NotBegun.GoElsewhere, FateOfRunning.OutOfMemory, Afterwards.Restart),
        new(LeaveReason.NotStarted, Manner.Kill, NotBegun.None, FateOfRunning.None, Afterwards.RestartWithPause),
        new(LeaveReason.SlowToEnd, Manner.Kill, NotBegun.None, FateOfRunning.None, Afterwards.AsForTheFirstReason),
        new(LeaveReason.Terminated, Manner.Kill, NotBegun.EndWithTheirCall, FateOfRunning.EndsWithItsCall, Afterwards.End),
    ];

    public static Leaving Of(LeaveReason reason) => Table[(int)reason];
}

/// <summary>How a worker is made to end.</summary>
internal enum Manner
{
    /// <summary>The worker has already ended.</summary>
    Gone,

    /// <summary>The worker is asked to end as soon as it has no items, and killed if it does not.</summary>
    AskWhenEmpty,

    Kill,
}

/// <summary>What happens to items that a leaving worker has not begun.</summary>
internal enum NotBegun
{
    /// <summary>The worker has none.</summary>
    None,

    /// <summary>Other workers get them.</summary>
    GoElsewhere,

    EndWithTheirCall,
}

/// <summary>What happens to the item that a leaving worker runs.</summary>
internal enum FateOfRunning
{
    /// <summary>The worker runs none.</summary>
    None,

    /// <summary>The item is run to its end.</summary>
    Finishes,

    /// <summary>The item is not reported as a failure. Its call fails with the reason for which it was stopped.</summary>
    EndsWithItsCall,

    /// <summary>The item fails with <see cref="ItemTimeoutException"/>.</summary>
    TimedOut,

    /// <summary>The item fails with <see cref="WorkerMemoryException"/>.</summary>
    OutOfMemory,

    /// <summary>The item fails with <see cref="WorkerDiedException"/>, or is retried.</summary>
    WorkerDied,
}

/// <summary>What a place does after its worker has left.</summary>
internal enum Afterwards
{
    /// <summary>Another worker is started at once.</summary>
    Restart,

    /// <summary>Another worker is started, after a pause if the last ones died before they did anything.</summary>
    RestartWithPause,

    /// <summary>No worker is started until there are items for one.</summary>
    RestUntilThereIsWork,

    /// <summary>No worker is started until <see cref="Pool.Resize"/> asks for more.</summary>
    RestUntilWanted,

    /// <summary>No worker is started any more.</summary>
    End,

    /// <summary>As for the reason for which the worker was first asked to end.</summary>
    AsForTheFirstReason,
}
