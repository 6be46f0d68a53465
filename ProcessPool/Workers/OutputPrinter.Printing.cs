using System.Diagnostics;
using System.Runtime.InteropServices;

namespace ProcessPool.Workers;

// The thread that prints.
internal sealed partial class OutputPrinter
{
    private void Run()
    {
        List<OutputEntry> batch = [];
        while (TryTakeAll(ref batch))
        {
            for (var done = 0; done < batch.Count && !_dropsRest;)
            {
                var rest = CollectionsMarshal.AsSpan(batch)[done..];
                var count = _callback is null ? Write(rest) : Call(rest[0].Line);
                OnProgress();
                OnPrinted(rest[..count]);
                done += count;
            }
        }

        _watch.Stop();
    }

    /// <summary>Takes everything that waits. Waits until there is something.</summary>
    /// <returns>False if nothing more will come.</returns>
    private bool TryTakeAll(ref List<OutputEntry> batch)
    {
        lock (_lock)
        {
            batch.Clear();
            while (_queue.Count == 0 && !_dropsRest)
            {
                _isBusy = false;
                if (_isClosed)
                {
                    Monitor.PulseAll(_lock);
                    return false;
                }

                _isAsleep = true;
                Monitor.Wait(_lock);
                _isAsleep = false;
            }

            (_queue, batch) = (batch, _queue);
            return !_dropsRest;
        }
    }

    private void OnProgress()
    {
        // A full fence: either this sees that the printer is stuck, or the watch sees the progress.
        Interlocked.Increment(ref _progress);
        if (!_isStuck) return;
        lock (_lock) _isStuck = _isHung = false;
    }

    private void OnPrinted(ReadOnlySpan<OutputEntry> entries)
    {
        if (_callback is null)
        {
            lock (_lock) _waiting -= entries.Length;
        }

        foreach (var (_, share, weight) in entries)
        {
            long taken;
            lock (_lock)
            {
                var half = share.Bound / 2;
                if (share.Held >= half && share.Held - weight < half) Monitor.PulseAll(_lock);
                share.Held -= weight;
                taken = Math.Max(0, share.Owed - share.Held);
                share.Owed -= taken;
                if (share.Owed == 0) _owing.Remove(share);
            }

            share.Take(taken);
        }
    }

    private int Write(ReadOnlySpan<OutputEntry> entries)
    {
        _isAtError = ConsoleLines.IsError(entries[0].Line);
        var count = 1;
        try
        {
            _console.Write(entries, out count);
        }
        catch (Exception e)
        {
            // Standard output is closed, or its disk is full. That must not stop the pool.
            lock (_lock)
            {
                _lost += count;
                _trouble ??= $"they could not be written ({e.GetType().Name}: {e.Message.TrimEnd('.')})";
            }
        }

        return count;
    }

    private int Call(WorkerOutput line)
    {
        // From now on, whoever counts lost lines must not count this one.
        lock (_lock) _waiting--;
        _calling = this;
        try
        {
            _callback!(line);
        }
        catch (Exception e)
        {
            Trace.TraceWarning($"ProcessPool: PoolOptions.Output threw for a line of worker {line.WorkerId}, which is lost: {e}");
        }

        _calling = null;
        _callbackUsesPool = false;
        return 1;
    }
}
