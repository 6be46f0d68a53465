using System.Diagnostics.CodeAnalysis;
using ProcessPool.Workers;

namespace ProcessPool.Scheduling;

// How many workers there are to be. It may change at any time: those with the highest numbers come and go.
internal sealed partial class Scheduler
{
    /// <summary>By the numbers of their workers: how to wake the places that are one too many. Under _lock.</summary>
    private readonly Dictionary<int, Action> _surplus = [];

    /// <summary>Changed under _lock.</summary>
    private volatile int _size;

    /// <summary>Completed when all workers have started. Replaced, under _lock, when more are wanted.</summary>
    private volatile TaskCompletionSource _allReady = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>How many workers there are to be.</summary>
    public int Size => _size;

    /// <summary>Completed when all workers that are wanted now have started.</summary>
    public Task AllReady => _allReady.Task;

    /// <summary>From now on there are to be so many workers; there are places for them.</summary>
    /// <exception cref="ObjectDisposedException">The pool is closed.</exception>
    /// <exception cref="WorkerStartException">No worker of this pool can be started.</exception>
    public void Resize(int size)
    {
        List<WorkerProcess> surplus;
        lock (_lock)
        {
            CheckOpen();
            SetSize(size);
            _everReady.RemoveWhere(id => id >= size);
            if (_allReady.Task.IsCompleted) _allReady = new(TaskCreationOptions.RunContinuationsAsynchronously);
            CheckAllReady();

            // What sleeps for want of work is no longer woken by it, if it is not wanted; what is wanted again starts as all do.
            foreach (var (id, wake) in _resting.Where(place => place.Key >= size).ToArray())
            {
                _resting.Remove(id);
                _surplus.Add(id, wake);
            }

            foreach (var (id, wake) in _surplus.Where(place => place.Key < size).ToArray())
            {
                _surplus.Remove(id);
                wake();
            }

            surplus = _workers.FindAll(IsSurplus);
        }

        foreach (var worker in surplus) Spend(worker);
    }

    [MemberNotNull(nameof(_fruitless))]
    private void SetSize(int size)
    {
        // What comes back has a clean record.
        Array.Resize(ref _fruitless, size);
        _size = size;
    }

    /// <summary>Under _lock.</summary>
    private bool IsSurplus(WorkerProcess worker) => worker.Id >= _size;

    /// <summary>Some of the workers will not start any more. If nobody waits for that, nobody has overlooked it.</summary>
    private void NeverReady(Exception reason)
    {
        if (_allReady.TrySetException(reason)) _ = _allReady.Task.Exception;
    }

    /// <summary>Under _lock.</summary>
    private void CheckAllReady()
    {
        if (_everReady.Count == _size) _allReady.TrySetResult();
    }
}
