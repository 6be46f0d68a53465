using ProcessPool.Jobs;

namespace ProcessPool.Scheduling;

// Tells what the pool is doing now.
internal sealed partial class Scheduler
{
    /// <summary>
    /// Counts the workers that have items, those that have none, and the items that wait, and lists the items that run. The ages
    /// come from the workers' pages. An item that has just ended may still count as waiting until its report was read.
    /// </summary>
    public PoolActivity TakeSnapshot()
    {
        List<(Lane Lane, Job Job, long Item, TimeSpan Age)> running = [];
        var (busy, idle, waiting) = (0, 0, 0L);
        lock (_lock)
        {
            var now = _time.GetTimestamp();
            foreach (var job in _jobs)
            {
                if (job.State == JobState.Active) waiting += job.IsAdmitted ? job.Ready + job.Items.Delayed : job.Total ?? 0;
            }

            foreach (var lane in _lanes)
            {
                if (lane.Items.Count > 0) busy++;
                else if (lane.State == LaneState.Ready) idle++;
                waiting += lane.Items.Count;
                if (RunningOfLocked(lane, now) is not var (sequence, age, _) || lane.Items.IndexOf(sequence) is not { } item) continue;
                waiting--;
                running.Add((lane, lane.Items.JobOf(sequence), item, age));
            }
        }

        // Reflection finds the names of the functions, so look them up without the lock.
        running.Sort(static (one, other) => one.Lane.Id.CompareTo(other.Lane.Id));
        return new PoolActivity(
            busy, idle, Math.Max(0, waiting),
            running.ConvertAll(static one => new RunningItem(one.Lane.Id, one.Job.Call, one.Item, one.Age)));
    }
}

/// <summary>What a pool is doing now, see <see cref="PoolStatistics"/>.</summary>
/// <param name="BusyWorkers">How many workers have items.</param>
/// <param name="IdleWorkers">How many workers are ready and have none.</param>
/// <param name="WaitingItems">How many items no worker has begun.</param>
/// <param name="RunningItems">The items that run, by their workers.</param>
internal sealed record PoolActivity(int BusyWorkers, int IdleWorkers, long WaitingItems, IReadOnlyList<RunningItem> RunningItems);
