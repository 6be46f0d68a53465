using MessagePack;
using ProcessPool.Errors;
using ProcessPool.Frames;
using ProcessPool.Functions;
using ProcessPool.Memory;
using ProcessPool.Values;

namespace ProcessPool.Worker.Items;

// What runs before the first item and after the last: on the thread that items run on.
internal sealed partial class ItemExecution
{
    /// <summary>Runs the pool's initializer, keeps what it returns as the worker's state, and says how it went.</summary>
    public void Initialize(WorkerCall call)
    {
        LetBeWatched();
        Exception? error = null;
        try
        {
            call.EnterSurroundings();
            var runner = call.GetRunner();
            runner.Run();
            if (runner.ResultType != typeof(Nothing)) WorkerContext.SetState(runner.Result, runner.ResultType);
            runner.Forget();
        }
        catch (Exception e)
        {
            error = e;
        }

        var writer = new MessagePackWriter(_message);
        var frame = _message.BeginFrame(ref writer, FrameKind.Initialized, 2);
        if (error is null) writer.WriteNil();
        else RemoteExceptionWriter.Write(ref writer, error);
        _message.EndFrame(ref writer, frame);
        Say();
    }

    /// <summary>Runs the pool's finalizer, and says what it has returned.</summary>
    public void RunFinalizer(WorkerCall call)
    {
        LetBeWatched();

        // Kept, and not given to the call: what the result refers to must be there until the coordinator has opened it, which it
        // has when it says that this process may end.
        SharedMemories.Written = _written;
        var writer = new MessagePackWriter(_message);
        try
        {
            call.EnterSurroundings();
            var runner = call.GetRunner();
            runner.Run();
            var frame = _message.BeginFrame(ref writer, FrameKind.Finalized, 3);
            writer.WriteNil();
            var start = _message.LengthWith(ref writer);
            runner.WriteResult(ref writer, _message);
            _message.EndFrame(ref writer, frame);
            if (_message.Length - start > MaxValueBytes) throw ValueLimit.Exceeded("result", runner.ResultType, _message.Length - start, MaxValueBytes);
        }
        catch (Exception e)
        {
            if (MemoryReserve.IsNeededFor(e)) _reserve.Open();
            _message.Clear();
            writer = new MessagePackWriter(_message);
            var frame = _message.BeginFrame(ref writer, FrameKind.Finalized, 3);
            RemoteExceptionWriter.Write(ref writer, e);
            writer.WriteNil();
            _message.EndFrame(ref writer, frame);
        }

        Say();
    }

    /// <summary>The last thing that is done here: the state may hold what is to be given back.</summary>
    public void DisposeOfState()
    {
        var state = WorkerContext.StateOrNull;
        if (state is not (IAsyncDisposable or IDisposable)) return;
        LetBeWatched();
        try
        {
            if (state is IAsyncDisposable asynchronous) asynchronous.DisposeAsync().AsTask().GetAwaiter().GetResult();
            else ((IDisposable)state).Dispose();
        }
        catch (Exception e)
        {
            // Nobody waits for this any more.
            Console.Error.WriteLine($"The state of worker {WorkerContext.WorkerId}, a {TypeNames.Full(state.GetType())}, could not be disposed of: {e.GetType()}: {e.Message}");
        }

        Say();
    }

    /// <summary>Counted as an item is, so that the watch thread sees one more thing that keeps the main thread.</summary>
    private void LetBeWatched()
    {
        Volatile.Write(ref _started, _started + 1);
        Interlocked.MemoryBarrier();
        Watch.Attend();
    }

    private void Say()
    {
        foreach (var output in Outputs) output.EndLine();
        outbox.Append(_message);
        _message.Clear();
        outbox.Flush();
    }
}
