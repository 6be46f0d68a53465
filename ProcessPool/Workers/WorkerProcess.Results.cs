using MessagePack;
using ProcessPool.Frames;
using ProcessPool.Jobs;
using ProcessPool.Scheduling;
using ProcessPool.Values;

namespace ProcessPool.Workers;

// Takes the results of items that the worker reports many at a time.
internal sealed partial class WorkerProcess
{
    private readonly long[] _reportedKeys = new long[Memory.StatusPage.Slots];

    private void TakeResults(ref MessagePackReader values)
    {
        if (_scheduler.MaxValueBytes is not null) throw new ProtocolException("It reported several items at once, although the length of a result is limited.");
        _frames.Fill(ref values);
        var sequence = values.ReadInt64();
        var count = values.ReadArrayHeader();
        if (count > Memory.StatusPage.Slots) throw new ProtocolException($"It reported {count} items at once; it cannot have had more than {Memory.StatusPage.Slots}.");
        while (count > 0)
        {
            var taken = _scheduler.TakeReported(Lane, sequence, _reportedKeys.AsSpan(0, count), out var job);
            if (taken == 0) throw new ProtocolException($"It reported the item with sequence number {sequence}, which it does not have.");
            ReadResults(job, _reportedKeys.AsSpan(0, taken), sequence == Lane.LateItem, ref values);
            sequence += taken;
            count -= taken;
        }
    }

    /// <summary>Reads the results of items of one call. An item whose result cannot be read fails.</summary>
    /// <exception cref="ProtocolException">The end of a result cannot be found, so that all items from there on have failed.</exception>
    private void ReadResults(Job job, ReadOnlySpan<long> keys, bool isLate, ref MessagePackReader values)
    {
        _batch.Add(job, keys.Length);
        while (!keys.IsEmpty)
        {
            var start = values;
            var done = 0;
            try
            {
                if (isLate) throw Late(job, job.IndexOf(keys[0]), wasKilled: false);
                job.ReadResults(ref values, _frames, keys, Id, ref done);
                return;
            }
            catch (Exception e)
            {
                Fail(job, keys[done], e);
                isLate = false;
                values = start;
                keys = keys[(done + 1)..];
                if (TrySkip(ref values, done + 1)) continue;
                foreach (var key in keys) Fail(job, key, e);
                throw new ProtocolException($"It sent results that cannot be read: {e.Message}");
            }
        }
    }

    private void Fail(Job job, long key, Exception reason) => _batch.AddFailure(job, key, Unreadable(job, reason), job.RunOf(key, Id));

    private bool TrySkip(ref MessagePackReader values, int count)
    {
        try
        {
            for (; count > 0; count--) values.SkipValue();
            return !_frames.IsBeyond(ref values);
        }
        catch (Exception e) when (BrokenValueException.Covers(e))
        {
            return false;
        }
    }
}
