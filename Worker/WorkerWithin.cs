using System.IO.Pipes;
using ProcessPool.Frames;
using ProcessPool.Memory;
using ProcessPool.Worker.Io;

namespace ProcessPool.Worker;

/// <summary>
/// A worker that is a thread of the coordinator's own process, for debugging: the frames, the formatters and the errors are the
/// same, and breakpoints in tasks are hit. It cannot be killed.
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

    /// <summary>Frames to it.</summary>
    public Stream Input => _toWorker;

    /// <summary>Frames from it.</summary>
    public Stream Output => _fromWorker;

    /// <summary>Waits for its end.</summary>
    public bool Join(TimeSpan timeout) => _thread.Join(timeout);

    /// <summary>Hangs up: it ends when the item that it runs has.</summary>
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
            // The pool has hung up, or will be told by the end of the pipe.
        }
        finally
        {
            session.Stop();
            streams.Close();
        }
    }
}
