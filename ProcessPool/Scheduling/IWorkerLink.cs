using ProcessPool.Jobs;

namespace ProcessPool.Scheduling;

/// <summary>
/// What the scheduler can do with a worker. Called by any thread, and without the scheduler's lock unless noted otherwise.
/// </summary>
internal interface IWorkerLink
{
    /// <summary>
    /// The item that the worker says it runs, for how long, and how much of that it has waited for the printer; null if it runs
    /// none or cannot say. The worker may be wrong. May be read under the scheduler's lock.
    /// </summary>
    (long Sequence, TimeSpan Age, TimeSpan Waited)? Running { get; }

    /// <summary>
    /// How long the worker's output has had to wait for the printer in total. Tells, of a worker without a page, how long its
    /// item may have waited. May be read under the scheduler's lock.
    /// </summary>
    TimeSpan WaitedForPrinter { get; }

    /// <summary>Encodes and sends items. Items that cannot be encoded are refused (<see cref="Scheduler.Refused"/>).</summary>
    /// <returns>How many items, counted from the first, were sent or refused, and whether the next one is so large that it must
    /// be sent alone.</returns>
    (int Done, bool IsLarge) Send(in Dispatch dispatch);

    /// <summary>Tells the worker that calls have ended.</summary>
    void EndCalls(IReadOnlyList<long> calls);

    /// <summary>Fires the token of an item if the worker runs it.</summary>
    /// <param name="sequence">The item.</param>
    /// <param name="askBack">Whether to ask the worker first to give back all items that it has not begun. Items that it does not
    /// give back are cancelled.</param>
    void Cancel(long sequence, bool askBack);

    /// <summary>
    /// Asks the worker to give back up to this many items that it has not begun (<see cref="Scheduler.Revoked"/>).
    /// </summary>
    void AskBack(int count);

    /// <summary>Tells the worker that shared memory was released.</summary>
    void ReleaseMemory(long id);

    /// <summary>Asks the worker to end. It must have no items.</summary>
    void Shutdown();

    /// <summary>Kills the worker and all processes that it has started.</summary>
    void Kill();

    /// <summary>How much private memory the worker takes, in bytes; null if that is not known.</summary>
    long? LookAtMemory();

    /// <summary>
    /// The same, but null if the last check was only a moment ago. Called only by the thread that reads from the worker.
    /// </summary>
    long? LookAtMemoryNowAndThen();

    /// <summary>
    /// Whether the worker died because it took too much memory. The item that it ran would most likely do that again.
    /// </summary>
    bool DiedOfMemory { get; }

    /// <summary>How long an item had run when the worker died; null if that is not known.</summary>
    TimeSpan? RanFor(long sequence);

    /// <summary>Creates the failure of an item that the worker had when it died.</summary>
    /// <param name="job">The item's call.</param>
    /// <param name="sequence">The item.</param>
    /// <param name="wasBegun">Whether the worker had begun it.</param>
    /// <param name="item">Its index in the call.</param>
    /// <param name="run">Its last attempt.</param>
    Exception Blame(Job job, long sequence, bool wasBegun, long item, in ItemRun run);

    /// <summary>Creates the failure of a pool whose workers only die before they run anything.</summary>
    WorkerStartException DescribeEarlyDeath();
}

/// <summary>Items that were chosen for a worker, and what it must be told before them.</summary>
/// <param name="Job">Their call.</param>
/// <param name="First">The sequence number of the first item; the others follow it.</param>
/// <param name="Count">The number of items. Their keys are the first ones in <see cref="Lane.Keys"/>.</param>
/// <param name="WithCall">Whether the call must be sent too, because the worker does not know it yet.</param>
/// <param name="EndedCalls">Ended calls that the worker was not told about yet.</param>
internal readonly record struct Dispatch(Job Job, long First, int Count, bool WithCall, long[] EndedCalls);
