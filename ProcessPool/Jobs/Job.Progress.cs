using System.Collections.Concurrent;
using MessagePack;
using ProcessPool.Frames;
using ProcessPool.Progress;
using ProcessPool.Workers;

namespace ProcessPool.Jobs;

// What its items report to objects that the caller sent along.
internal abstract partial class Job
{
    /// <summary>The objects in the arguments of items under way; null as long as there were none.</summary>
    private ConcurrentDictionary<long, ProgressTarget[]>? _targetsOfItems;

    private ProgressDelivery? _delivery;
    private volatile bool _dropsReports;

    /// <summary>Whether any of its items has reported: its end, and their results, may have to wait until that is taken.</summary>
    public bool HasReports => Volatile.Read(ref _delivery) is not null;

    /// <summary>The object that an item reports to; null if it has none with this number, or not any more. The thread that reads from the worker.</summary>
    public ProgressTarget? FindTarget(long key, long id) =>
        Array.Find(Call.Targets, target => target.Id == id)
        ?? (_targetsOfItems is { } items && items.TryGetValue(key, out var targets) ? Array.Find(targets, target => target.Id == id) : null);

    /// <summary>An item has reported. The thread that reads from the worker.</summary>
    /// <inheritdoc cref="ProgressDelivery.Add"/>
    public void Deliver(Action report, WorkerProcess worker, int weight)
    {
        var delivery = LazyInitializer.EnsureInitialized(ref _delivery);
        delivery.Add(report, worker, weight);
        if (_dropsReports) delivery.Drop();
    }

    /// <inheritdoc cref="ProgressDelivery.TryFollow"/>
    public bool TryFollowReports(Action then) => Volatile.Read(ref _delivery) is { } delivery && delivery.TryFollow(then);

    /// <summary>The caller does not wait for it any more: nothing that was reported is waited for.</summary>
    public void DropReports()
    {
        _dropsReports = true;

        // Either this sees the delivery that is made at this moment, or who makes it sees that nobody wants it.
        Interlocked.MemoryBarrier();
        Volatile.Read(ref _delivery)?.Drop();
    }

    private void WriteListening(FrameBuffer message, ref MessagePackWriter writer, long key)
    {
        message.TakesProgress = true;
        WriteArgument(ref writer, message.ContextOf(Call.Formatters), key);
        if (!message.HasProgressTargets) return;
        var targets = message.TakeProgressTargets()!;

        // Added, as the item may have been encoded before, for a worker that runs it all the same.
        var items = LazyInitializer.EnsureInitialized(ref _targetsOfItems);
        items.AddOrUpdate(key, static (_, added) => added, static (_, known, added) => [.. known, .. added], targets);
    }
}
