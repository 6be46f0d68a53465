using ProcessPool.Jobs;

namespace ProcessPool.Scheduling;

// Items that have failed and are tried again, because their call says so.
internal sealed partial class Scheduler
{
    /// <summary>Items that are tried again, by the time of that. Guarded by _lock.</summary>
    private readonly PriorityQueue<(Job Job, long Key), long> _retries = new();

    /// <summary>An item has failed, and its call may want to try it again. Without the lock: what the call says is the caller's code.</summary>
    /// <returns>Whether it is tried again.</returns>
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
            TickAt(at);
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
            if (!IsDue(at, now)) return;
            _retries.Dequeue();
            item.Job.Items.Resume(item.Key);
            _turns.Enqueue(item.Job);
            plan.MustKick = true;
        }
    }

    /// <summary>A call has ended: nothing of it is tried again, and nothing holds on to it.</summary>
    private void ForgetRetries(Job job)
    {
        if (job.Items.Delayed == 0) return;
        var rest = _retries.UnorderedItems.Where(retry => retry.Element.Job != job).ToArray();
        _retries.Clear();
        _retries.EnqueueRange(rest);
    }
}
