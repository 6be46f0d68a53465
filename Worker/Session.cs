using MessagePack;
using ProcessPool.Frames;
using ProcessPool.Memory;
using ProcessPool.Platform;
using ProcessPool.Values;
using ProcessPool.Worker.Io;
using ProcessPool.Worker.Items;

namespace ProcessPool.Worker;

/// <summary>
/// The worker's work: reads frames, runs items one after the other, reports.
/// </summary>
/// <remarks>
/// <code>
/// stdin ══► FrameReader ──► batches ──► claim ──► argument ──► function ──► result ──► Outbox ══► stdout
///           main thread while it waits,  one word of
///           watch thread while it runs   the status page
/// </code>
/// </remarks>
internal sealed partial class Session
{
    /// <summary>How much the watch thread reads ahead of a running item: more than any frame that is sent then.</summary>
    private const int ReadAheadLimit = 4 * ProtocolConstants.LargeFrame;

    private readonly bool _ownsProcess;
    private readonly StatusPage _page;
    private readonly Outbox _outbox;
    private readonly StandardStreams _streams;
    private readonly Watch _watch;
    private readonly ItemExecution _execution;
    private readonly ProgressWindow _progress;
    private readonly Lock _reading = new();

    // Guarded by _reading.
    private readonly FrameReader _frames;
    private readonly Dictionary<long, WorkerCall> _calls = [];
    private readonly Queue<Work> _waiting = [];
    private readonly List<long> _released = [];
    private readonly FrameBuffer _replies = new();
    private long _nextSequence;
    private Lazy<ValueResolver> _formatters = new(() => Formatters.Default);
    private bool _welcomed;
    private bool _mayInitialize;
    private bool _finalizerCame;
    private bool _shutdown;
    private bool _aheadFull;

    private volatile bool _busy = true;

    /// <param name="page">Says what runs.</param>
    /// <param name="outbox">Takes what is said.</param>
    /// <param name="streams">Frames come from there.</param>
    /// <param name="coordinatorGone">What to do when they end.</param>
    /// <param name="ownsProcess">Whether this process is the worker's own, so that what is printed in it is the coordinator's.</param>
    public Session(StatusPage page, Outbox outbox, StandardStreams streams, CoordinatorGone coordinatorGone, bool ownsProcess = true)
    {
        _ownsProcess = ownsProcess;
        _page = page;
        _outbox = outbox;
        _streams = streams;
        _frames = new FrameReader(streams);
        _watch = new Watch(streams, outbox, coordinatorGone, this);
        _progress = new ProgressWindow(outbox, _watch);
        ItemOutput[] outputs = [new ItemOutput(1, page, outbox, _watch), new ItemOutput(2, page, outbox, _watch)];
        _execution = new ItemExecution(page, outbox) { Watch = _watch, Outputs = outputs };
        if (ownsProcess)
        {
            Console.SetOut(outputs[0]);
            Console.SetError(outputs[1]);
        }

        _watch.Start();
    }

    /// <summary>How many items were started.</summary>
    public long ItemsStarted => _execution.Started;

    /// <summary>Whether the main thread runs items and does not wait for frames.</summary>
    public bool IsBusy => _busy;

    /// <summary>Whether there is room to read frames ahead of the running item.</summary>
    public bool CanReadAhead => !_aheadFull;

    /// <summary>Ends what runs beside the main thread, where the process goes on.</summary>
    public void Stop() => _watch.Stop();

    /// <summary>Runs items until the coordinator says goodbye.</summary>
    public void Run()
    {
        SayHello();
        while (NextWork() is { } work) Run(work);
        _execution.DisposeOfState();
        _replies.Clear();
        _replies.WriteFrame(FrameKind.Goodbye);
        _outbox.Append(_replies);
        _outbox.Flush();
    }

    /// <summary>Watch thread: takes in what has come while an item runs.</summary>
    /// <returns>False if the main thread is reading: then the frames are its own.</returns>
    public bool TryReadAhead()
    {
        if (!_reading.TryEnter()) return false;
        try
        {
            // It may have read them in the meantime; nothing may wait here.
            Span<Libc.PollDescriptor> input = [new Libc.PollDescriptor { Descriptor = _streams.Input, Events = Libc.PollIn }];
            if (Libc.Poll(input, 0) <= 0 || (input[0].Returned & Libc.PollIn) == 0) return true;
            if (!TryReadMore()) return true;
            while (_frames.HasCompleteFrame) TakeFrame(stream: false);
            return true;
        }
        catch (ProtocolException e)
        {
            // The main thread is busy with an item; it may be for long.
            if (!_ownsProcess) throw new ConnectionEndedException(e.Message, e);
            Environment.Exit(WorkerHost.Report(_page, e));
            return true;
        }
        finally
        {
            _reading.Exit();
        }
    }

    /// <returns>False if there is no room for more: none that is meant for it, or none in the heap, which the item may have filled.</returns>
    private bool TryReadMore()
    {
        try
        {
            if (_frames.ReadMore(ReadAheadLimit) < 0) _aheadFull = true;
            return true;
        }
        catch (OutOfMemoryException)
        {
            _aheadFull = true;
            return false;
        }
    }

    private void Run(Work work)
    {
        try
        {
            switch (work)
            {
                case Initialization:
                    _execution.Initialize(work.Call);
                    break;
                case Finalization:
                    _execution.RunFinalizer(work.Call);
                    break;
                case ItemBatch batch:
                    _execution.Run(batch);
                    break;
            }
        }
        catch (Exception e) when (BrokenValueException.Covers(e))
        {
            // A wrong-typed argument fails only its item. Here the end of an argument cannot be found, so all that follows is lost.
            throw new ProtocolException($"Arguments that cannot be told apart: {BrokenValueException.Of(e).Message}", e);
        }
    }

    private void SayHello()
    {
        var writer = new MessagePackWriter(_replies);
        var frame = _replies.BeginFrame(ref writer, FrameKind.Hello, 4);
        writer.Write(ProtocolConstants.Version);
        writer.Write(Environment.ProcessId);
        writer.WriteText(System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription);
        _replies.EndFrame(ref writer, frame);
        _outbox.Append(_replies);
        _outbox.Flush();
    }

    private Work? NextWork()
    {
        lock (_reading)
        {
            _aheadFull = false;
            while (true)
            {
                // All of them, before anything runs: the watch thread looks at the pipe, and would not see them in here.
                while (_frames.HasCompleteFrame) TakeFrame(stream: false);
                ReleaseMemory();
                if (_waiting.TryDequeue(out var work)) return work;
                if (_shutdown) return null;

                // Nothing follows: what was held back goes now, and this thread waits for frames itself.
                _outbox.Flush();
                _busy = false;
                var more = _frames.WaitForFrame();
                _busy = true;
                Interlocked.MemoryBarrier();
                _watch.Attend();
                if (!more) throw new ConnectionEndedException("The coordinator closed the pipe without a farewell.");
                TakeFrame(stream: !_frames.HasCompleteFrame);
            }
        }
    }
}
