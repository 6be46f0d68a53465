namespace ProcessPool.Jobs;

/// <summary>
/// Delivers the progress reports of one call to the caller's objects, one at a time, in the order in which they were read. Uses
/// its own thread, because neither the threads that read from workers nor the thread pool must wait for user code. What must come
/// after a report (the result of its item, the end of the call) waits in the same queue.
/// </summary>
internal sealed class ProgressDelivery
{
    /// <summary>How long the thread waits for the next report before it ends, in milliseconds.</summary>
    private const int Linger = 1000;

    private readonly object _lock = new();

    // Guarded by _lock.
    private readonly Queue<Delivery> _waiting = [];
    private bool _hasThread;
    private bool _isBusy;
    private bool _isDropped;

    /// <summary>Adds a report that was read.</summary>
    /// <param name="report">Delivers the report to its object.</param>
    /// <param name="onTaken">Called with the weight after the delivery, or when the report is dropped.</param>
    /// <param name="weight">The weight of the report in its worker's window.</param>
    public void Add(Action report, Action<int> onTaken, int weight)
    {
        lock (_lock)
        {
            if (!_isDropped)
            {
                Enqueue(new Delivery(report, onTaken, weight));
                return;
            }
        }

        onTaken(weight);
    }

    /// <summary>Does something once all reports so far have been delivered.</summary>
    /// <returns>False if they have been already. Then the caller must do it.</returns>
    public bool TryFollow(Action then)
    {
        lock (_lock)
        {
            if (_isDropped || (!_isBusy && _waiting.Count == 0)) return false;
            Enqueue(new Delivery(then, null, 0));
            return true;
        }
    }

    /// <summary>Drops undelivered reports, and all later ones. What waits behind them is done now.</summary>
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

        foreach (var (action, onTaken, weight) in rest)
        {
            if (onTaken is null) action();
            else onTaken(weight);
        }
    }

    private void Enqueue(in Delivery delivery)
    {
        // Start the thread first. If that throws, nothing is queued without a thread; at worst there is one thread too many.
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
            // Do not keep the last delivery alive while this thread waits.
            next = default;
            _isBusy = false;
            if (_waiting.Count == 0 && !_isDropped) Monitor.Wait(_lock, Linger);
            _isBusy = _hasThread = _waiting.TryDequeue(out next);
            return _isBusy;
        }
    }

    private static void Deliver(in Delivery delivery)
    {
        var (action, onTaken, weight) = delivery;
        if (onTaken is null)
        {
            action();
            return;
        }

        ProgressReports.Tell(action);
        onTaken(weight);
    }

    /// <summary>A report, or (without <paramref name="OnTaken"/>) an action that must come after the reports before it.</summary>
    private readonly record struct Delivery(Action Action, Action<int>? OnTaken, int Weight);
}
