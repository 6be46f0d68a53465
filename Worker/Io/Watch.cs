using ProcessPool.Frames;
using ProcessPool.Platform;

namespace ProcessPool.Worker.Io;

/// <summary>
/// The watch thread. It ends the process when the coordinator is gone, sends held-back results when the next item turns out to be
/// slow, and reads frames while an item runs.
/// </summary>
/// <remarks>
/// While items are quick, the thread checks every millisecond. While an item runs for long, it checks every 20 ms (a frame wakes
/// it at once). While the main thread waits for frames itself, it sleeps. The code that starts an item reads <see cref="_pace"/>
/// after a full fence and wakes the thread if necessary. Before the thread slows down, it checks for a new item after a full
/// fence. So at least one of the two sees the other's change.
/// </remarks>
internal sealed class Watch
{
    private const int QuickTick = 1;
    private const int SlowTick = 20;

    /// <summary>The number of quick checks without a change after which the thread slows down.</summary>
    private const int Patience = 20;

    private readonly StandardStreams _streams;
    private readonly Outbox _outbox;
    private readonly CoordinatorGone _coordinatorGone;
    private readonly Session _session;
    private readonly int _wakeReadEnd;
    private readonly int _wakeWriteEnd;
    private volatile Pace _pace = Pace.Asleep;
    private volatile bool _stopped;
    private Thread? _thread;

    public Watch(StandardStreams streams, Outbox outbox, CoordinatorGone coordinatorGone, Session session)
    {
        _streams = streams;
        _outbox = outbox;
        _coordinatorGone = coordinatorGone;
        _session = session;
        if (!streams.CanPoll) return;
        (_wakeReadEnd, _wakeWriteEnd) = Libc.Pipe();
    }

    /// <summary>
    /// Whether frames are read while an item runs. False if descriptors cannot be polled, or if there is no memory for more
    /// frames.
    /// </summary>
    public bool CanHear => _streams.CanPoll && !_stopped && _session.CanReadAhead;

    public void Start()
    {
        if (!_streams.CanPoll) return;
        _thread = new Thread(Run) { IsBackground = true, Name = "watch" };
        _thread.Start();
    }

    /// <summary>Ends the thread. Needed only if the process outlives the worker.</summary>
    public void Stop()
    {
        if (_thread is null) return;
        _stopped = true;
        Wake();
        _thread.Join();
        Libc.Close(_wakeReadEnd);
        Libc.Close(_wakeWriteEnd);
    }

    private enum Pace
    {
        Asleep,
        Quick,
        Slow,
    }

    /// <summary>
    /// Makes the thread check often. Called when an item starts, and when a thread other than the main thread has sent something.
    /// </summary>
    public void Attend()
    {
        if (_pace != Pace.Quick) Wake();
    }

    private void Wake()
    {
        _pace = Pace.Quick;
        if (_streams.CanPoll) _ = Libc.Write(_wakeWriteEnd, [1]);
    }

    private void Run()
    {
        try
        {
            Look();
        }
        catch (ConnectionEndedException) when (_coordinatorGone is PoolGone)
        {
            // The pool has closed the connection to a worker that is a thread. The worker's main thread will notice.
            _stopped = true;
        }
    }

    private void Look()
    {
        Span<Libc.PollDescriptor> descriptors = stackalloc Libc.PollDescriptor[2];
        descriptors[0].Descriptor = _streams.Input;
        descriptors[1].Descriptor = _wakeReadEnd;
        descriptors[1].Events = Libc.PollIn;
        Span<byte> wakes = stackalloc byte[64];
        var unchanged = 0;
        var lastItem = -1L;
        var published = 0L;
        var mainReads = false;
        while (!_stopped)
        {
            var pace = _pace;
            var item = _session.ItemsStarted;
            var busy = _session.IsBusy;
            var sameItem = busy && item == lastItem;

            // The main thread reads the frames, unless an item keeps it busy.
            descriptors[0].Events = sameItem && !mainReads && _session.CanReadAhead ? Libc.PollIn : (short)0;
            Libc.Poll(descriptors, pace switch { Pace.Quick => QuickTick, Pace.Slow => SlowTick, _ => -1 });
            if ((descriptors[0].Returned & (Libc.PollHangUp | Libc.PollError)) != 0) _coordinatorGone.EndProcess();
            if ((descriptors[1].Returned & Libc.PollIn) != 0) _ = Libc.Read(_wakeReadEnd, wakes);
            mainReads = (descriptors[0].Returned & Libc.PollIn) != 0 && !_session.TryReadAhead();

            // Frames that were published before the last check and are still here have waited long enough.
            if (_outbox.Flushed < published) _outbox.Flush();
            published = _outbox.Published;

            unchanged = _session.ItemsStarted == lastItem ? unchanged + 1 : 0;
            lastItem = _session.ItemsStarted;
            if (unchanged >= Patience && _pace == Pace.Quick && _outbox.Flushed == published) SlowDown(lastItem);
        }
    }

    private void SlowDown(long lastItem)
    {
        var busy = _session.IsBusy;
        _pace = busy ? Pace.Slow : Pace.Asleep;
        Interlocked.MemoryBarrier();
        if (_session.IsBusy != busy || _session.ItemsStarted != lastItem) _pace = Pace.Quick;
    }
}
