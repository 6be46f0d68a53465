using System.Diagnostics;
using ProcessPool.Jobs;

namespace ProcessPool.Scheduling;

// Takes back items that a worker has not begun: for an idle worker, for a call that stops, from a worker that leaves.
internal sealed partial class Scheduler
{
    /// <summary>Less work than this stays where it is, because moving it would take longer than doing it.</summary>
    private static readonly TimeSpan WorthMoving = TimeSpan.FromMilliseconds(0.2);

    /// <summary>
    /// Takes half of the items that wait behind another worker's running item, so that an idle worker can run them.
    /// </summary>
    /// <returns>Whether any item was taken back. Such items belong to their calls again.</returns>
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
                // The worker answers when it gets to it, and may have nothing left by then. Until then it may get more items, so
                // look again.
                if (lane.Items.Count <= lane.Capacity) continue;
                if (!lane.IsAskedBack) AskBack(lane, lane.Items.Count / 2, ref plan);
                LookAgainInLocked(HoldsUp);
                continue;
            }

            var running = lane.Running;
            var sequences = lane.Items.Sequences();
            sequences.RemoveAll(sequence => running is not null && sequence <= running.Value.Sequence);
            if (sequences.Count == 0) continue;

            var isHeldUp = running is var (_, age, _) ? age > HoldsUp : HasWaitedForLocked(lane, Stalls);
            if (!isHeldUp && lane.Items.Count == 1)
            {
                // The item is on its way to a worker that has nothing else.
                LookAgainInLocked(Stalls);
                continue;
            }

            var work = sequences.Count * lane.Items.JobOf(sequences[0]).Pace.ItemTime;
            if (isHeldUp) work += WorthMoving;

            // The items have been quick so far. But if the next one takes long, those behind it must not wait, so look again.
            if (work < WorthMoving) LookAgainInLocked(HoldsUp);
            else if (work > most) (busiest, waiting, most) = (lane, sequences, work);
        }

        if (busiest is null) return false;

        // Start at the end, so that the worker can go on undisturbed at the front.
        var any = false;
        for (var i = waiting.Count - 1; i >= waiting.Count / 2; i--) any |= TakeBackLocked(busiest, waiting[i]);
        return any;
    }

    /// <summary>
    /// Whether items were last sent to a worker longer ago than this. Only asked about workers that run nothing.
    /// </summary>
    private bool HasWaitedForLocked(Lane lane, TimeSpan time) => lane.CallBeingSent is null && _time.GetElapsedTime(lane.LastSent) > time;

    /// <summary>Takes back an item, if the worker has not begun it.</summary>
    private bool TakeBackLocked(Lane lane, long sequence)
    {
        Debug.Assert(_lock.IsHeldByCurrentThread);
        if (!lane.Items.TryTakeBack(sequence, out var job, out var key)) return false;
        PutBackLocked(job, key);
        if (lane.Items.Count == 0) lane.BecomeEmpty(_time.GetTimestamp());
        return true;
    }

    /// <summary>Takes back all items that a worker has not begun.</summary>
    private void TakeBackUnbegunLocked(Lane lane, long except = -1)
    {
        Debug.Assert(_lock.IsHeldByCurrentThread);
        foreach (var sequence in lane.Items.Sequences())
        {
            if (sequence != except) TakeBackLocked(lane, sequence);
        }
    }

    /// <summary>Takes back all items of a call that have not begun.</summary>
    /// <returns>The items that have begun, or may have.</returns>
    private List<(Lane Lane, long Sequence)> TakeBackAllLocked(Job job)
    {
        Debug.Assert(_lock.IsHeldByCurrentThread);
        List<(Lane Lane, long Sequence)> running = [];
        foreach (var lane in _lanes)
        {
            foreach (var sequence in lane.Items.Sequences())
            {
                if (lane.Items.JobOf(sequence) == job && !TakeBackLocked(lane, sequence)) running.Add((lane, sequence));
            }
        }

        return running;
    }

    private void PutBackLocked(Job job, long key)
    {
        Debug.Assert(_lock.IsHeldByCurrentThread);
        job.Items.Return(key);
        _turns.Enqueue(job);
    }

    /// <summary>Without a page, the worker must be asked. Its answer arrives at <see cref="Revoked"/>.</summary>
    private static void AskBack(Lane lane, int count, ref Plan plan)
    {
        lane.IsAskedBack = true;
        plan.AskBack(lane, count);
    }

    /// <summary>Asks for all items that the worker has not begun, even if it was asked before.</summary>
    private static void AskAllBack(Lane lane, ref Plan plan) => AskBack(lane, Memory.StatusPage.Slots, ref plan);
}
