using MessagePack;
using ProcessPool.Frames;
using ProcessPool.Memory;
using ProcessPool.Platform;
using ProcessPool.Values;
using ProcessPool.Worker.Io;
using ProcessPool.Worker.Items;

namespace ProcessPool.Worker;

/// <summary>
/// The main loop of a worker: reads frames, runs items one after the other, and reports results.
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
    /// <summary>How many bytes the watch thread reads ahead while an item runs: more than any frame that is sent then.</summary>
    private const int ReadAheadLimit = 4 * ProtocolConstants.LargeFrame;

    private readonly bool _ownsProcess;
    private readonly StatusPage _page;
    private readonly Outbox _outbox;
    private readonly StandardStreams _streams;
    private readonly Watch _watch;
    private readonly ItemExecution _execution;
    private readonly ProgressWindow _progress;
    private readonly OutputWindow _output;
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

    /// <param name="page">The status page, which shows what runs.</param>
    /// <param name="outbox">Receives the frames to send.</param>
    /// <param name="streams">Provides the frames to read.</param>
    /// <param name="coordinatorGone">Called when the coordinator is gone.</param>
    /// <param name="ownsProcess">Whether the worker is a process of its own, so that all console output goes to the
    /// coordinator.</param>
    public Session(StatusPage page, Outbox outbox, StandardStreams streams, CoordinatorGone coordinatorGone, bool ownsProcess = true)
    {
        _ownsProcess = ownsProcess;
        _page = page;
        _outbox = outbox;
        _streams = streams;
        _frames = new FrameReader(streams);
        _watch = new Watch(streams, outbox, coordinatorGone, this);
        _progress = new ProgressWindow(outbox, _watch);
        _output = new OutputWindow(page, outbox, _watch);
        ItemOutput[] outputs = [new ItemOutput(1, page, _output), new ItemOutput(2, page, _output)];
        _execution = new ItemExecution(page, outbox) { Watch = _watch, Outputs = outputs };
        if (ownsProcess)
        {
            Console.SetOut(outputs[0]);
            Console.SetError(outputs[1]);
        }

        _watch.Start();
    }

    /// <summary>The number of items that were started.</summary>
    public long ItemsStarted => _execution.Started;

    /// <summary>Whether the main thread is running items, not waiting for frames.</summary>
    public bool IsBusy => _busy;

    /// <summary>Whether there is room to read frames ahead of the running item.</summary>
    public bool CanReadAhead => !_aheadFull;

    /// <summary>Ends the watch thread. Needed only if the process outlives the worker.</summary>
    public void Stop() => _watch.Stop();

    /// <summary>Runs items until the coordinator sends Shutdown.</summary>
    public void Run()
    {
        SayHello();
        while (NextWork() is { } work) Run(work);
        _execution.DisposeOfState();
        if (_output.Lost > 0) WorkerHost.PrintPlainly($"Worker {WorkerContext.WorkerId} lost {_output.Lost} lines of output: it had no memory to hear that they may be sent.");
        _replies.Clear();
        _replies.WriteFrame(FrameKind.Goodbye);
        _outbox.Append(_replies);
        _outbox.Flush();
    }

    /// <summary>Reads the frames that have arrived while an item runs. Called by the watch thread.</summary>
    /// <returns>False if the main thread is reading the frames.</returns>
    public bool TryReadAhead()
    {
        if (!_reading.TryEnter()) return false;
        try
        {
            // The main thread may have read them meanwhile. Poll again, because this thread must not block here.
            Span<Libc.PollDescriptor> input = [new Libc.PollDescriptor { Descriptor = _streams.Input, Events = Libc.PollIn }];
            if (Libc.Poll(input, 0) <= 0 || (input[0].Returned & Libc.PollIn) == 0) return true;
            if (!TryReadMore()) return true;
            while (_frames.HasCompleteFrame) TakeFrame(stream: false);
            return true;
        }
        catch (ProtocolException e)
        {
            // Exit here, because the main thread may be busy with an item for long.
            if (!_ownsProcess) throw new ConnectionEndedException(e.Message, e);

            // What prints now must not wait for this thread, which reads no more.
            _aheadFull = true;
            Environment.Exit(WorkerHost.Report(_page, e));
            return true;
        }
        finally
        {
            _reading.Exit();
        }
    }

    /// <returns>False if there is no memory for more, for example because the item has filled the heap.</returns>
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
            // A wrong-typed argument fails only its item. Here the end of an argument cannot be found, so all that follows is
            // lost.
            throw new ProtocolException($"The end of an argument cannot be found: {BrokenValueException.Of(e).Message}", e);
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
                // Handle all complete frames before anything runs. The watch thread polls only the pipe and would not see them
                // here.
                while (_frames.HasCompleteFrame) TakeFrame(stream: false);
                ReleaseMemory();
                if (_waiting.TryDequeue(out var work)) return work;
                if (_shutdown) return null;

                // There is nothing to do, so send what was held back and wait for frames on this thread.
                _outbox.Flush();
                _busy = false;
                var more = _frames.WaitForFrame();
                _busy = true;
                Interlocked.MemoryBarrier();
                _watch.Attend();
                if (!more) throw new ConnectionEndedException("The coordinator closed the pipe without a Shutdown frame.");
                TakeFrame(stream: !_frames.HasCompleteFrame);
            }
        }
    }
}
