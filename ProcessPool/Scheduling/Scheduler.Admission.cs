using System.Diagnostics;
using ProcessPool.Jobs;

namespace ProcessPool.Scheduling;

// Bounds how many items wait.
internal sealed partial class Scheduler
{
    // Both are guarded by _lock.

    /// <summary>The bound; null if there is none.</summary>
    private readonly Admission? _admission;

    /// <summary>Those who wait until there is room.</summary>
    private readonly List<TaskCompletionSource> _producers = [];

    /// <summary>Completes when the pool has room for another item.</summary>
    /// <exception cref="ObjectDisposedException">The pool is closed.</exception>
    /// <exception cref="WorkerStartException">No worker of this pool can be started.</exception>
    public Task WaitForRoom()
    {
        lock (_lock)
        {
            CheckOpenLocked();
            if (_admission?.HasRoom(Size) != false) return Task.CompletedTask;
            var producer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _producers.Add(producer);
            return producer.Task;
        }
    }

    /// <summary>Items have ended, whether they succeeded or failed.</summary>
    private void EndItemsLocked(Job job, int count)
    {
        job.Items.End(count);
        _admission?.OnItemsEnded(job, count);
    }

    /// <summary>Starts calls that waited for room, as far as there is room now.</summary>
    private void Admit(ref Plan plan)
    {
        Debug.Assert(_lock.IsHeldByCurrentThread);
        if (_admission is null) return;
        while (_admission.AdmitNext(Size) is { } job)
        {
            _turns.Join(job);
            plan.MustKick = true;
        }

        if (_producers.Count > 0 && (_state != PoolState.Open || _failure is not null || _admission.HasRoom(Size))) plan.TellProducers();
    }

    private void TellProducers()
    {
        TaskCompletionSource[] producers;
        Exception? reason = null;
        lock (_lock)
        {
            producers = [.. _producers];
            _producers.Clear();
            try
            {
                CheckOpenLocked();
            }
            catch (Exception e) when (e is ObjectDisposedException or WorkerStartException)
            {
                reason = e;
            }
        }

        foreach (var producer in producers)
        {
            if (reason is null) producer.SetResult();
            else producer.SetException(reason);
        }
    }
}
