using ProcessPool.Jobs;

namespace ProcessPool.Scheduling;

// Items that have failed and are tried again, because their call says so.
internal sealed partial class Scheduler
{
    /// <summary>Tries an item again that has failed, if its call wants that; it still counts as outstanding.</summary>
    private bool TryAgain(Job job, long key, Exception failure, in ItemRun run)
    {
        if (job.Options.RetryOn is not { } wanted || run.Attempt >= job.Options.MaxAttempts || !IsWanted(wanted, failure)) return false;
        lock (_lock)
        {
            if (job.State != JobState.Active) return false;
            if (job.AttemptsOf(key) < run.Attempt) job.CountAttempt(key);
            job.Waiting++;

            // It is counted, or will be, but it has not ended.
            job.ItemsEnded--;
        }

        // By the alarm in any case: whoever found the failure has its books to finish first.
        _alarm.Set(job.Options.RetryDelay, () => Resume(job, key));
        return true;
    }

    private static bool IsWanted(Func<Exception, bool> wanted, Exception failure)
    {
        try
        {
            return wanted(failure);
        }
        catch (Exception e)
        {
            failure.Data["ProcessPool.RetryOn"] = e;
            return false;
        }
    }

    private void Resume(Job job, long key)
    {
        lock (_lock)
        {
            job.Waiting--;
            if (job.State != JobState.Active) return;
            job.Return(key, isSuspect: false);
            Enqueue(job);
        }

        Kick();
    }
}
