using ProcessPool.Jobs;

namespace ProcessPool.Scheduling;

// Taking items back that a worker has not begun: for one that is idle, for a call that stops, from a worker that leaves.
internal sealed partial class Scheduler
{
    /// <summary>Work that is done sooner than it could be moved stays where it is.</summary>
    private static readonly TimeSpan WorthMoving = TimeSpan.FromMilliseconds(0.2);

    /// <summary>A worker has nothing to do: half of what waits behind another's running item is better off with it.</summary>
    /// <returns>Whether anything was taken back; it is the calls' again.</returns>
    private bool TakeBackFor(Lane idle, ref Plan plan)
    {
        Lane? busiest = null;
        List<long> waiting = [];
        var most = TimeSpan.Zero;
        foreach (var lane in _lanes)
        {
            if (lane == idle || lane.Items.Count == 0 || lane.State != LaneState.Ready) continue;
            if (!lane.Items.HasPage)
            {
                // It answers when it comes to it, perhaps that nothing waits; and is sent more.
                if (lane.Items.Count <= lane.Capacity) continue;
                if (!lane.IsAskedBack) AskBack(lane, lane.Items.Count / 2, ref plan);
                LookAgainIn(HoldsUp);
                continue;
            }

            var running = lane.Running;
            var sequences = lane.Items.Sequences();
            sequences.RemoveAll(sequence => running is not null && sequence <= running.Value.Sequence);
            if (sequences.Count == 0) continue;

            var isHeldUp = running is var (_, age) ? age > HoldsUp : HasWaitedFor(lane, Stalls);
            if (!isHeldUp && lane.Items.Count == 1)
            {
                // On its way to a worker that had nothing else.
                LookAgainIn(Stalls);
                continue;
            }

            var work = sequences.Count * lane.Items.JobOf(sequences[0]).Pace.ItemTime;
            if (isHeldUp) work += WorthMoving;

            // Quick ones so far; but if the next takes long, those behind it must not wait for it.
            if (work < WorthMoving) LookAgainIn(HoldsUp);
            else if (work > most) (busiest, waiting, most) = (lane, sequences, work);
        }

        if (busiest is null) return false;

        // From the end, so that the worker goes on undisturbed at the front.
        var any = false;
        for (var i = waiting.Count - 1; i >= waiting.Count / 2; i--) any |= TakeBack(busiest, waiting[i]);
        return any;
    }

    /// <summary>Whether a worker that runs nothing has begun none of the items that were sent to it for so long.</summary>
    private bool HasWaitedFor(Lane lane, TimeSpan time) => lane.CallBeingSent is null && _time.GetElapsedTime(lane.LastSent) > time;

    /// <summary>Takes an item back that a worker has not begun.</summary>
    private bool TakeBack(Lane lane, long sequence)
    {
        if (!lane.Items.TryTakeBack(sequence, out var job, out var key)) return false;
        PutBack(job, key);
        if (lane.Items.Count == 0) lane.BecomeEmpty(_time.GetTimestamp());
        return true;
    }

    /// <summary>Takes back all that a worker has not begun.</summary>
    private void TakeBackUnbegun(Lane lane, long except = -1)
    {
        foreach (var sequence in lane.Items.Sequences())
        {
            if (sequence != except) TakeBack(lane, sequence);
        }
    }

    /// <summary>Takes back all that has not been begun of a call.</summary>
    /// <returns>What has been, or may have been.</returns>
    private List<(Lane Lane, long Sequence)> TakeBackAll(Job job)
    {
        List<(Lane Lane, long Sequence)> running = [];
        foreach (var lane in _lanes)
        {
            foreach (var sequence in lane.Items.Sequences())
            {
                if (lane.Items.JobOf(sequence) == job && !TakeBack(lane, sequence)) running.Add((lane, sequence));
            }
        }

        return running;
    }

    private void PutBack(Job job, long key)
    {
        job.Items.Return(key);
        _turns.Enqueue(job);
    }

    /// <summary>Where there is no page, the worker is asked; it answers with <see cref="Revoked"/>.</summary>
    private static void AskBack(Lane lane, int count, ref Plan plan)
    {
        lane.IsAskedBack = true;
        plan.AskBack(lane, count);
    }

    /// <summary>The same for all that it has not begun, whatever it was asked before.</summary>
    private static void AskAllBack(Lane lane, ref Plan plan) => AskBack(lane, Memory.StatusPage.Slots, ref plan);
}
