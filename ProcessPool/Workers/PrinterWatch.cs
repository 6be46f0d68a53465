namespace ProcessPool.Workers;

/// <summary>
/// Notices that the printer makes no progress, on its own thread. It counts its own ticks instead of reading a clock: while this
/// process is stopped, or its machine sleeps, nothing is late.
/// </summary>
internal sealed class PrinterWatch(OutputPrinter printer)
{
    /// <summary>Why lines were lost, for the message.</summary>
    public const string Hung = "nothing could be printed for five seconds, or PoolOptions.Output did not return";

    /// <summary>In milliseconds.</summary>
    private const int Tick = 100;

    /// <summary>After so many ticks without progress the printer hangs: 5 s.</summary>
    private const int HungAfter = 50;

    /// <summary>
    /// The same for a callback that uses its own pool: 200 ms. An item that it waits for may be waiting for the printer.
    /// </summary>
    private const int PoolUsedAfter = 2;

    /// <summary>After so many ticks without work the thread sleeps.</summary>
    private const int Patience = 10;

    private readonly AutoResetEvent _work = new(false);
    private volatile bool _isAsleep = true;
    private volatile bool _isStopped;
    private Thread? _thread;

    /// <summary>There is something to print. Called under the printer's lock.</summary>
    public void Attend()
    {
        if (_thread is null)
        {
            _thread = new Thread(Run, maxStackSize: 256 * 1024) { IsBackground = true, Name = "processpool output watch" };
            _thread.Start();
        }

        if (_isAsleep) _work.Set();
    }

    /// <summary>Ends the thread.</summary>
    public void Stop()
    {
        _isStopped = true;
        _work.Set();
    }

    private void Run()
    {
        var (seen, still, idle) = (-1L, 0, 0);
        while (!_isStopped)
        {
            if (idle >= Patience)
            {
                _isAsleep = true;
                Interlocked.MemoryBarrier();
                if (!printer.IsBusy) _work.WaitOne();
            }

            _isAsleep = false;
            Thread.Sleep(Tick);
            idle = printer.IsBusy ? 0 : idle + 1;
            var progress = printer.Progress;
            still = idle == 0 && progress == seen ? still + 1 : 0;
            seen = progress;
            if (still >= HungAfter || (still >= PoolUsedAfter && printer.CallbackUsesPool)) printer.BecomeStuck(isHung: still >= HungAfter, seen);
        }
    }
}
