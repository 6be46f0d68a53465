using System.Collections.Concurrent;
using MessagePack;
using ProcessPool.Frames;
using ProcessPool.Progress;

namespace ProcessPool.Jobs;

// Delivers progress reports of items to the objects that the caller sent along.
internal abstract partial class Job
{
    /// <summary>The receivers of progress reports in the arguments of items under way; null while there were none.</summary>
    private ConcurrentDictionary<long, ProgressTarget[]>? _targetsOfItems;

    private ProgressDelivery? _delivery;
    private volatile bool _dropsReports;

    /// <summary>
    /// Whether any item has reported progress. Then results and the end of the job may have to wait until reports are delivered.
    /// </summary>
    public bool HasReports => Volatile.Read(ref _delivery) is not null;

    /// <summary>
    /// Finds the object with this number to which an item reports; null if there is none, or no longer. Called by the thread that
    /// reads from the worker.
    /// </summary>
    public ProgressTarget? FindTarget(long key, long id) =>
        Array.Find(Call.Targets, target => target.Id == id)
        ?? (_targetsOfItems is { } items && items.TryGetValue(key, out var targets) ? Array.Find(targets, target => target.Id == id) : null);

    /// <summary>Delivers a progress report of an item. Called by the thread that reads from the worker.</summary>
    /// <inheritdoc cref="ProgressDelivery.Add"/>
    public void Deliver(Action report, Action<int> onTaken, int weight)
    {
        var delivery = LazyInitializer.EnsureInitialized(ref _delivery);
        delivery.Add(report, onTaken, weight);
        if (_dropsReports) delivery.Drop();
    }

    /// <inheritdoc cref="ProgressDelivery.TryFollow"/>
    public bool TryFollowReports(Action then) => Volatile.Read(ref _delivery) is { } delivery && delivery.TryFollow(then);

    /// <summary>
    /// Does something once all reports so far have been delivered, and the last one of <see cref="CallOptions.Progress"/>.
    /// </summary>
    public void FollowAllReports(Action then)
    {
        Action last = _progress is null ? then : () => _progress.End(then);
        if (!TryFollowReports(last)) last();
    }

    /// <summary>
    /// The call was stopped: drops undelivered reports of items, and all later ones, so that nothing waits for them. The last one
    /// of <see cref="CallOptions.Progress"/> is still waited for, but not for long.
    /// </summary>
    public void DropReports()
    {
        DropItemReports();
        _progress?.Stop();
    }

    private void DropItemReports()
    {
        _dropsReports = true;

        // Either this thread sees a delivery that is being created right now, or the thread that creates it sees that reports are
        // dropped.
        Interlocked.MemoryBarrier();
        Volatile.Read(ref _delivery)?.Drop();
    }

    private void WriteListening(FrameBuffer message, ref MessagePackWriter writer, long key)
    {
        message.TakesProgress = true;
        WriteArgument(ref writer, message.ContextOf(Call.Formatters), key);
        if (!message.HasProgressTargets) return;
        var targets = message.TakeProgressTargets()!;

        // Add instead of replacing: the item may have been encoded before, and that worker may still run it.
        var items = LazyInitializer.EnsureInitialized(ref _targetsOfItems);
        items.AddOrUpdate(key, static (_, added) => added, static (_, known, added) => [.. known, .. added], targets);
    }
}
