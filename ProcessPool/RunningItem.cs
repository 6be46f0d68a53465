using ProcessPool.Functions;
using ProcessPool.Jobs;

namespace ProcessPool;

/// <summary>
/// An item that a worker ran when <see cref="PoolStatistics"/> were taken, or when the worker ended (<see cref="WorkerExit"/>).
/// </summary>
public sealed record RunningItem
{
    internal RunningItem(int workerId, EncodedCall call, long item, TimeSpan duration) =>
        (WorkerId, Call, Function, Item, Duration) = (workerId, call.Id, GeneratedCode.DisplayName(call.Function.Method), item, duration);

    /// <summary>The number of the worker that runs it.</summary>
    public int WorkerId { get; }

    /// <summary>The number of its call, which no other call in this process has.</summary>
    public long Call { get; }

    /// <summary>
    /// The function of its call: <c>Type.Method</c>, or <c>Type.Method (lambda)</c> for a lambda in that method.
    /// </summary>
    public string Function { get; }

    /// <summary>Its index in its call.</summary>
    public long Item { get; }

    /// <summary>
    /// How long it had run, accurate to a few milliseconds. Without workers (<see cref="PoolOptions.Workers"/> is 0), the time counts
    /// from when it was sent, or from the end of the item before it. Zero if a worker that has ended did not tell.
    /// </summary>
    public TimeSpan Duration { get; }
}
