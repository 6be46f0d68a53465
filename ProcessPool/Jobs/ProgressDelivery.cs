using ProcessPool.Workers;

namespace ProcessPool.Jobs;

/// <summary>
/// Gives what the items of one call have reported to the objects that it took along: in the order in which it was read, one report at a
/// time, on a thread of its own, as neither those who read from workers nor the thread pool must wait for what the caller does with it. What
/// follows a report, its item's result or the end of the call, waits here behind it.
/// </summary>
internal sealed class ProgressDelivery
{
    /// <summary>The thread waits so long for the next report before it ends, in milliseconds.</summary>
    private const int Linger = 1000;

    private readonly object _lock = new();

    // Guarded by _lock.
    private readonly Queue<Delivery> _waiting = [];
    private bool _hasThread;
    private bool _isBusy;
    private bool _isDropped;

    /// <summary>A report was read.</summary>
    /// <param name="report">Gives it to its object.</param>
    /// <param name="worker">Where it came from: it hears when that is done.</param>
    /// <param name="weight">What it weighs there.</param>
    public void Add(Action report, WorkerProcess worker, int weight)
    {
        lock (_lock)
        {
            if (!_isDropped)
            {
                Enqueue(new Delivery(report, worker, weight));
                return;
            }
        }

        worker.OnProgressTaken(weight);
    }

    /// <summary>Does something once all that was reported so far has been taken.</summary>
    /// <returns>False if that is so already: the caller is to do it.</returns>
    public bool TryFollow(Action then)
    {
        lock (_lock)
        {
            if (_isDropped || (!_isBusy && _waiting.Count == 0)) return false;
            Enqueue(new Delivery(then, null, 0));
            return true;
        }
    }

    /// <summary>Nobody wants to hear more, or there will be no more: what was not taken never is, and what waits behind it happens now.</summary>
    public void Drop()
    {
        Delivery[] rest;
        lock (_lock)
        {
            _isDropped = true;
            rest = [.. _waiting];
            _waiting.Clear();
            Monitor.Pulse(_lock);
        }

        foreach (var (action, worker, weight) in rest)
        {
            if (worker is null) action();
            else worker.OnProgressTaken(weight);
        }
    }

    private void Enqueue(in Delivery delivery)
    {
        // First the thread, of which there may be one too many: nothing waits without it.
        if (_hasThread) Monitor.Pulse(_lock);
        else new Thread(Run) { IsBackground = true, Name = "processpool progress" }.UnsafeStart();
        _hasThread = true;
        _waiting.Enqueue(delivery);
    }

    private void Run()
    {
        while (TryTake(out var next)) Deliver(next);
    }

    private bool TryTake(out Delivery next)
    {
        lock (_lock)
        {
            // Not to hold on to the last one while it waits.
            next = default;
            _isBusy = false;
            if (_waiting.Count == 0 && !_isDropped) Monitor.Wait(_lock, Linger);
            _isBusy = _hasThread = _waiting.TryDequeue(out next);
            return _isBusy;
        }
    }

    private static void Deliver(in Delivery delivery)
    {
        var (action, worker, weight) = delivery;
        if (worker is null)
        {
            action();
            return;
        }

        ProgressReports.Tell(action);
        worker.OnProgressTaken(weight);
    }

    /// <summary>A report, or what follows those before it, which comes from no worker.</summary>
    private readonly record struct Delivery(Action Action, WorkerProcess? Worker, int Weight);
}
