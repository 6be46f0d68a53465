using System.IO.Pipes;
using ProcessPool.Frames;
using ProcessPool.Memory;
using ProcessPool.Worker.Io;

namespace ProcessPool.Worker;

/// <summary>
/// A worker that is a thread of the coordinator's own process, for debugging. Frames, formatters and errors are the same, and
/// breakpoints in tasks are hit. It cannot be killed.
/// </summary>
internal sealed class WorkerWithin : IDisposable
{
    private readonly AnonymousPipeServerStream _toWorker = new(PipeDirection.Out);
    private readonly AnonymousPipeServerStream _fromWorker = new(PipeDirection.In);
    private readonly Thread _thread;

    public WorkerWithin()
    {
        var streams = StandardStreams.Within(_toWorker, _fromWorker);
        _thread = new Thread(() => Run(streams)) { IsBackground = true, Name = "processpool worker within" };
        _thread.Start();
    }

    /// <summary>The stream of frames to the worker.</summary>
    public Stream Input => _toWorker;

    /// <summary>The stream of frames from the worker.</summary>
    public Stream Output => _fromWorker;

    /// <summary>Waits for the worker's thread to end.</summary>
    public bool Join(TimeSpan timeout) => _thread.Join(timeout);

    /// <summary>Closes the connection. The worker ends when its running item has ended.</summary>
    public void HangUp() => _toWorker.Dispose();

    public void Dispose()
    {
        HangUp();
        _fromWorker.Dispose();
    }

    private void Run(StandardStreams streams)
    {
        WorkerContext.BecomeWorkerWithin();
        var gone = new PoolGone(streams);
        using var page = new StatusPage();
        var session = new Session(page, new Outbox(page, streams, gone), streams, gone, ownsProcess: false);
        try
        {
            session.Run();
        }
        catch (Exception e) when (e is IOException or ProtocolException)
        {
            // The pool has closed the connection, or will notice the end of the pipe.
        }
        finally
        {
            session.Stop();
            streams.Close();
        }
    }
}
