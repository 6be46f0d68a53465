namespace ProcessPool.Scheduling;

/// <summary>What it means that a worker leaves for a reason: the one table of it.</summary>
/// <param name="Reason">The reason.</param>
/// <param name="Manner">How the worker is made to end.</param>
/// <param name="NotBegun">What becomes of items that the worker has not begun.</param>
/// <param name="Running">What becomes of the item that it runs.</param>
/// <param name="Afterwards">What its place in the pool does then.</param>
internal sealed record Leaving(LeaveReason Reason, Manner Manner, NotBegun NotBegun, RunningItem Running, Afterwards Afterwards)
{
    /// <summary>By the values of <see cref="LeaveReason"/>.</summary>
    public static IReadOnlyList<Leaving> Table { get; } =
    [
        new(LeaveReason.Died, Manner.Gone, NotBegun.GoElsewhere, RunningItem.WorkerDied, Afterwards.RestartWithPause),
        new(LeaveReason.Closing, Manner.AskWhenEmpty, NotBegun.None, RunningItem.None, Afterwards.End),
        new(LeaveReason.Recycled, Manner.AskWhenEmpty, NotBegun.None, RunningItem.None, Afterwards.Restart),
        new(LeaveReason.TooOld, Manner.AskWhenEmpty, NotBegun.GoElsewhere, RunningItem.Finishes, Afterwards.Restart),
        new(LeaveReason.Grown, Manner.AskWhenEmpty, NotBegun.GoElsewhere, RunningItem.Finishes, Afterwards.Restart),
        new(LeaveReason.HeapExhausted, Manner.AskWhenEmpty, NotBegun.GoElsewhere, RunningItem.Finishes, Afterwards.Restart),
        new(LeaveReason.Surplus, Manner.AskWhenEmpty, NotBegun.GoElsewhere, RunningItem.Finishes, Afterwards.RestUntilWanted),
        new(LeaveReason.Idle, Manner.AskWhenEmpty, NotBegun.None, RunningItem.None, Afterwards.RestUntilThereIsWork),
        new(LeaveReason.CallStopped, Manner.Kill, NotBegun.GoElsewhere, RunningItem.EndsWithItsCall, Afterwards.Restart),
        new(LeaveReason.ItemLate, Manner.Kill, NotBegun.GoElsewhere, RunningItem.TimedOut, Afterwards.Restart),
        new(LeaveReason.Stalled, Manner.Kill, NotBegun.GoElsewhere, RunningItem.None, Afterwards.Restart),
        new(LeaveReason.OverMemory, Manner.Kill, NotBegun.GoElsewhere, RunningItem.OutOfMemory, Afterwards.Restart),
        new(LeaveReason.NotStarted, Manner.Kill, NotBegun.None, RunningItem.None, Afterwards.RestartWithPause),
        new(LeaveReason.SlowToEnd, Manner.Kill, NotBegun.None, RunningItem.None, Afterwards.AsForTheFirstReason),
        new(LeaveReason.Terminated, Manner.Kill, NotBegun.EndWithTheirCall, RunningItem.EndsWithItsCall, Afterwards.End),
    ];

    public static Leaving Of(LeaveReason reason) => Table[(int)reason];
}

/// <summary>How a worker is made to end.</summary>
internal enum Manner
{
    /// <summary>It has ended already.</summary>
    Gone,

    /// <summary>It is asked as soon as it has no items, and killed if it does not follow.</summary>
    AskWhenEmpty,

    Kill,
}

/// <summary>What becomes of items that a worker has not begun.</summary>
internal enum NotBegun
{
    /// <summary>It has none.</summary>
    None,

    /// <summary>Other workers get them.</summary>
    GoElsewhere,

    EndWithTheirCall,
}

/// <summary>What becomes of the item that a worker runs.</summary>
internal enum RunningItem
{
    /// <summary>It runs none.</summary>
    None,

    /// <summary>It is waited for.</summary>
    Finishes,

    /// <summary>It is not told as a failure: the reason for which its call ends is.</summary>
    EndsWithItsCall,

    /// <summary>It fails with <see cref="ItemTimeoutException"/>.</summary>
    TimedOut,

    /// <summary>It fails with <see cref="WorkerMemoryException"/>.</summary>
    OutOfMemory,

    /// <summary>It fails with <see cref="WorkerDiedException"/>, or is tried again.</summary>
    WorkerDied,
}

/// <summary>What the place of a worker that has left does.</summary>
internal enum Afterwards
{
    /// <summary>Another worker is started at once.</summary>
    Restart,

    /// <summary>Another worker is started, after a pause if the last ones did nothing.</summary>
    RestartWithPause,

    /// <summary>No worker is started until there are items for one.</summary>
    RestUntilThereIsWork,

    /// <summary>No worker is started until <see cref="Pool.Resize"/> asks for more.</summary>
    RestUntilWanted,

    /// <summary>No worker is started any more.</summary>
    End,

    /// <summary>What follows from the reason for which it was asked to end.</summary>
    AsForTheFirstReason,
}
