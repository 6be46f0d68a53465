using MessagePack;
using ProcessPool.Errors;
using ProcessPool.Frames;
using ProcessPool.Functions;
using ProcessPool.Memory;
using ProcessPool.Values;

namespace ProcessPool.Worker.Items;

// Runs the initializer before the first item and the finalizer after the last one, on the thread that runs the items.
internal sealed partial class ItemExecution
{
    /// <summary>Runs the pool's initializer, keeps its result as the worker's state, and reports success or failure.</summary>
    public void Initialize(WorkerCall call)
    {
        LetBeWatched();
        Exception? error = null;
        try
        {
            _ambient.Enter(call);
            var runner = call.GetRunner();
            runner.Run();
            _ambient.KeepChanges();
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

    /// <summary>Runs the pool's finalizer, and reports its result or failure.</summary>
    public void RunFinalizer(WorkerCall call)
    {
        LetBeWatched();

        // Kept here, and not by the call: shared memory in the result must exist until the coordinator has opened it. The
        // coordinator has done so when it lets this process exit.
        SharedMemories.Written = _written;
        var writer = new MessagePackWriter(_message);
        try
        {
            _ambient.Enter(call);
            var runner = call.GetRunner();
            runner.Run();
            var frame = _message.BeginFrame(ref writer, FrameKind.Finalized, 3);
            writer.WriteNil();
            var start = _message.LengthWith(ref writer);
            runner.WriteResult(ref writer, _message);
            _message.EndFrame(ref writer, frame);
            if (_message.Length - start > MaxValueBytes) throw ValueLimit.Exceeded("result", runner.ResultType, _message.Length - start, MaxValueBytes.Value);
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

    /// <summary>Disposes the state as the last step, because it may hold resources that must be released.</summary>
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
            // No call waits for this any more, so print the error.
            Console.Error.WriteLine($"The state of worker {WorkerContext.WorkerId}, a {TypeNames.Full(state.GetType())}, could not be disposed: {e.GetType()}: {e.Message}");
        }

        Say();
    }

    /// <summary>Counts this like an item, so that the watch thread notices that the main thread is busy.</summary>
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
