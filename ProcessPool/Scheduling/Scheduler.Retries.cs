using System.Diagnostics;
using ProcessPool.Jobs;

namespace ProcessPool.Scheduling;

// Retries failed items, if their call says so.
internal sealed partial class Scheduler
{
    /// <summary>Items to retry, by the time of the retry. Guarded by _lock.</summary>
    private readonly PriorityQueue<(Job Job, long Key), long> _retries = new();

    /// <summary>
    /// Schedules a retry of a failed item, if its call wants one. Without the lock, because the decision is user code.
    /// </summary>
    /// <returns>Whether the item will be retried.</returns>
    private bool TryDelay(Job job, long key, Exception failure, in ItemRun run)
    {
        if (job.Options.RetryOn is not { } wanted || run.Attempt >= job.MaxAttempts || !IsWanted(wanted, failure)) return false;
        lock (_lock)
        {
            if (job.State != JobState.Active) return false;
            if (job.Items.AttemptsOf(key) < run.Attempt) job.Items.CountAttempt(key);
            job.Items.Delay();
            var at = _time.After(job.Options.RetryDelay);
            _retries.Enqueue((job, key), at);
            TickAtLocked(at);
            return true;
        }
    }

    private static bool IsWanted(Func<Exception, bool> wanted, Exception failure)
    {
        try
        {
            return wanted(failure);
        }
        catch (Exception e)
        {
            FailureData.SetRetryOn(failure, e);
            return false;
        }
    }

    private void Resume(long now, ref Plan plan)
    {
        while (_retries.TryPeek(out var item, out var at))
        {
            if (!IsDueLocked(at, now)) return;
            _retries.Dequeue();
            item.Job.Items.Resume(item.Key);
            _turns.Enqueue(item.Job);
            plan.MustKick = true;
        }
    }

    /// <summary>Drops the retries of a call that has ended, so that the queue does not keep the call alive.</summary>
    private void ForgetRetriesLocked(Job job)
    {
        Debug.Assert(_lock.IsHeldByCurrentThread);
        if (job.Items.Delayed == 0) return;
        var rest = _retries.UnorderedItems.Where(retry => retry.Element.Job != job).ToArray();
        _retries.Clear();
        _retries.EnqueueRange(rest);
    }
}
