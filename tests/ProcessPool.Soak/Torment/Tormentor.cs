using System.Diagnostics;
using ProcessPool.Soak.Ledger;

namespace ProcessPool.Soak.Torment;

/// <summary>A thread that kills and stops workers of a pool at random moments, and changes how many there are.</summary>
internal sealed class Tormentor : IDisposable
{
    /// <summary>
    /// By then the pool should have replaced a worker that was stopped while it ran an item. A worker that was stopped while
    /// idle stays, and nothing else would ever end it.
    /// </summary>
    private static readonly TimeSpan StoppedForGood = TimeSpan.FromSeconds(10);

    private readonly Pool _pool;
    private readonly Hits _hits;
    private readonly Tally _tally;
    private readonly Random _random;

    /// <summary>Half as many workers as there were first, to twice as many.</summary>
    private readonly (int Least, int Most) _sizes;
    private readonly PriorityQueue<(int Process, int Signal), long> _later = new();
    private readonly Thread _thread;
    private int _stoppedForGood;
    private volatile bool _stopped;

    public Tormentor(Pool pool, Hits hits, Tally tally, int seed)
    {
        _pool = pool;
        _hits = hits;
        _tally = tally;
        _random = new Random(seed);
        _sizes = (Math.Max(1, pool.Workers / 2), 2 * pool.Workers);
        _thread = new Thread(Run) { IsBackground = true, Name = "tormentor" };
        _thread.Start();
    }

    /// <summary>Ends the thread. Signals that were to follow later are sent now, so that no worker stays stopped.</summary>
    public void Dispose()
    {
        _stopped = true;
        _thread.Join();
        while (_later.TryDequeue(out var next, out _)) Hit(next.Process, Signal.Continue);
    }

    private void Run()
    {
        while (!_stopped)
        {
            // A worker lives for about two seconds, however many there are.
            var wait = TimeSpan.FromMilliseconds(_random.NextDouble() * _random.Next(2) switch { 0 => 600, _ => 3600 } / _pool.Workers);
            for (var clock = Stopwatch.StartNew(); clock.Elapsed < wait && !_stopped; Thread.Sleep(1)) SendDue();
            var workers = _pool.WorkerPids;
            if (!workers.Contains(_stoppedForGood)) _stoppedForGood = 0;
            if (workers.Count == 0 || _stopped) continue;

            // The pool must deal with a worker that stays stopped.
            var worker = workers[_random.Next(workers.Count)];
            if (worker != _stoppedForGood) Torment(worker);
            if (_random.Next(5) == 0) Resize();
        }
    }

    private void Torment(int worker)
    {
        switch (_random.Next(10))
        {
            case < 5:
                Hit(worker, Signal.Kill);
                break;
            case < 7:
                // The runtime's handler ignores the first one, but its state is unknown afterwards.
                if (!Hit(worker, Signal.Segfault)) break;
                After(TimeSpan.FromMilliseconds(_random.Next(1, 50)), worker, Signal.Segfault);
                After(TimeSpan.FromSeconds(2), worker, Signal.Kill);
                break;
            default:
                if (!Hit(worker, Signal.Stop)) break;

                // Stop only one at a time for good, otherwise no worker would be left.
                if (_random.Next(2) == 0 && _stoppedForGood == 0)
                {
                    _stoppedForGood = worker;
                    After(StoppedForGood, worker, Signal.Kill);
                    break;
                }

                After(TimeSpan.FromMilliseconds(_random.Next(1, 1000)), worker, Signal.Continue);
                break;
        }
    }

    private void Resize()
    {
        _pool.Resize(_random.Next(_sizes.Least, _sizes.Most + 1));
        _tally.Count(Tally.Sizes, "resized");
    }

    private void SendDue()
    {
        while (_later.TryPeek(out var next, out var at) && Stopwatch.GetTimestamp() >= at)
        {
            _later.Dequeue();
            Hit(next.Process, next.Signal);
        }
    }

    private void After(TimeSpan time, int process, int signal) =>
        _later.Enqueue((process, signal), Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency));

    private bool Hit(int process, int signal)
    {
        if (!_hits.Send(process, signal)) return false;
        _tally.Count(Tally.Signals, signal switch { Signal.Kill => "SIGKILL", Signal.Segfault => "SIGSEGV", Signal.Stop => "SIGSTOP", _ => "SIGCONT" });
        return true;
    }
}
