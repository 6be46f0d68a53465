using ProcessPool.Jobs;

namespace ProcessPool.Scheduling;

/// <summary>What the scheduler does to a worker. It is called without the scheduler's lock, by any thread, except for <see cref="Running"/>.</summary>
internal interface IWorkerLink
{
    /// <summary>
    /// The item that the worker says it runs, and for how long; null if it runs none, or cannot say. What it says may be wrong. May be read under the
    /// scheduler's lock.
    /// </summary>
    (long Sequence, TimeSpan Age)? Running { get; }

    /// <summary>Encodes and sends items. An item that cannot be encoded is refused (<see cref="Scheduler.Refused"/>).</summary>
    /// <returns>How many of the items were sent or refused, from the first on; and whether the next is so large that it must be sent alone.</returns>
    (int Done, bool IsLarge) Send(in Dispatch dispatch);

    /// <summary>Tells the worker that calls have ended.</summary>
    void EndCalls(IReadOnlyList<long> calls);

    /// <summary>Fires the token of an item, if the worker runs it.</summary>
    /// <param name="sequence">The item.</param>
    /// <param name="askBack">Whether the worker is first asked to give back all that it has not begun: whatever it does not give back is cancelled.</param>
    void Cancel(long sequence, bool askBack);

    /// <summary>Asks the worker to give back up to so many items that it has not begun (<see cref="Scheduler.Revoked"/>).</summary>
    void AskBack(int count);

    /// <summary>Tells the worker that shared memory is gone.</summary>
    void ReleaseMemory(long id);

    /// <summary>Asks the worker to end; it has no items.</summary>
    void Shutdown();

    /// <summary>Kills the worker and all that it has started.</summary>
    void Kill();

    /// <summary>How much private memory the worker takes, in bytes; null if nobody can say.</summary>
    long? LookAtMemory();

    /// <summary>The same, but null if it was looked at a moment ago. Only the thread that reads from the worker calls this.</summary>
    long? LookAtMemoryNowAndThen();

    /// <summary>Whether a worker that is dead died because of the memory that it took: what it ran would most likely do it again.</summary>
    bool DiedOfMemory { get; }

    /// <summary>How long an item had run when the worker died; null if that is not known.</summary>
    TimeSpan? RanFor(long sequence);

    /// <summary>Why an item has failed that the worker had when it died.</summary>
    /// <param name="job">The item's call.</param>
    /// <param name="sequence">The item.</param>
    /// <param name="wasBegun">Whether the worker had begun it.</param>
    /// <param name="item">Its index in the call.</param>
    /// <param name="run">Its last attempt.</param>
    Exception Blame(Job job, long sequence, bool wasBegun, long item, in ItemRun run);

    /// <summary>Why the pool gives up, as its workers start and die before they run anything.</summary>
    WorkerStartException DescribeEarlyDeath();
}

/// <summary>Items that were chosen for a worker, and what it must hear of before.</summary>
/// <param name="Job">Their call.</param>
/// <param name="First">The sequence number of the first; the others follow.</param>
/// <param name="Count">How many they are. Their keys are the first of <see cref="Lane.Keys"/>.</param>
/// <param name="WithCall">Whether the worker does not know the call yet.</param>
/// <param name="EndedCalls">Calls that have ended, and the worker was not told.</param>
internal readonly record struct Dispatch(Job Job, long First, int Count, bool WithCall, long[] EndedCalls);
