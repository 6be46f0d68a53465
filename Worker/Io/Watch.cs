using ProcessPool.Frames;
using ProcessPool.Platform;

namespace ProcessPool.Worker.Io;

/// <summary>
/// The watch thread. It does nothing but look: it ends the process when the coordinator is gone, sends results that
/// were held back when the next item turns out to be slow, and reads frames while an item runs.
/// </summary>
/// <remarks>
/// While items are quick it looks every millisecond; while one runs for long, every 20 (a frame wakes it at once); when
/// the main thread waits for frames itself, it sleeps. Whoever starts an item looks at <see cref="_pace"/> after a full
/// fence and wakes it if need be; the thread looks at the item again, after a full fence, before it slows down: so one
/// of the two sees the other.
/// </remarks>
internal sealed class Watch
{
    private const int QuickTick = 1;
    private const int SlowTick = 20;

    /// <summary>So many quick looks without a change before it slows down.</summary>
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

    /// <summary>Whether frames are read while an item runs. Not where descriptors cannot be polled, and not without the memory for it.</summary>
    public bool CanHear => _streams.CanPoll && !_stopped && _session.CanReadAhead;

    public void Start()
    {
        if (!_streams.CanPoll) return;
        _thread = new Thread(Run) { IsBackground = true, Name = "watch" };
        _thread.Start();
    }

    /// <summary>Ends the thread, where the process goes on without it.</summary>
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

    /// <summary>An item starts, or a thread other than the main one has said something: look often now.</summary>
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
            // The pool has hung up on a worker that is no process; its main thread will find that out.
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

            // Frames are the main thread's to read, unless an item keeps it.
            descriptors[0].Events = sameItem && !mainReads && _session.CanReadAhead ? Libc.PollIn : (short)0;
            Libc.Poll(descriptors, pace switch { Pace.Quick => QuickTick, Pace.Slow => SlowTick, _ => -1 });
            if ((descriptors[0].Returned & (Libc.PollHangUp | Libc.PollError)) != 0) _coordinatorGone.EndProcess();
            if ((descriptors[1].Returned & Libc.PollIn) != 0) _ = Libc.Read(_wakeReadEnd, wakes);
            mainReads = (descriptors[0].Returned & Libc.PollIn) != 0 && !_session.TryReadAhead();

            // What was said before the last look and is still here has waited long enough.
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
