using ProcessPool.Coordinator.Reporting;

namespace ProcessPool.Coordinator.Running;

/// <summary>
/// How many inputs are started beyond the results taken: a tenth of a second's worth. So workers never wait when items are
/// short, and little is left to be finished when items are long and the run is to stop.
/// </summary>
/// <param name="counter">Counts the results taken.</param>
/// <param name="workers">How many workers there are.</param>
/// <param name="most">The most that may be started, however short they are.</param>
internal sealed class Lookahead(Counter counter, int workers, int most)
{
    private const double Seconds = 0.1;

    /// <summary>Something to go on with for the worker that is done first.</summary>
    private const int Spare = 2;

    private readonly object _lock = new();

    /// <summary>Guarded by the lock.</summary>
    private int _started;

    /// <summary>Guarded by the lock.</summary>
    private bool _stopped;

    /// <summary>The inputs, each as soon as it may be started, until the end or <see cref="Stop"/>.</summary>
    public IEnumerable<T> Limit<T>(IEnumerable<T> inputs)
    {
        foreach (T input in inputs)
        {
            if (!WaitForRoom())
                yield break;
            yield return input;
        }
    }

    /// <summary>A result was taken and counted.</summary>
    public void OnResult()
    {
        lock (_lock)
            Monitor.Pulse(_lock);
    }

    /// <summary>Nothing more is to be started.</summary>
    public void Stop()
    {
        lock (_lock)
        {
            _stopped = true;
            Monitor.Pulse(_lock);
        }
    }

    private bool WaitForRoom()
    {
        lock (_lock)
        {
            while (!_stopped && _started - counter.Done >= Math.Clamp(counter.Rate * Seconds, workers + Spare, most))
                Monitor.Wait(_lock);
            _started++;
            return !_stopped;
        }
    }
}
