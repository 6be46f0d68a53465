using MessagePack;
using ProcessPool.Frames;
using ProcessPool.Jobs;

namespace ProcessPool.Workers;

// Asked to end: the pool's finalizer, then the farewell.
internal sealed partial class WorkerProcess
{
    /// <summary>It was told to run the finalizer, and has not said what came of it.</summary>
    private int _owesFinalized;

    /// <summary>What it runs before it ends.</summary>
    public PoolFinalizer? Finalizer { get; init; }

    /// <inheritdoc/>
    public void Shutdown()
    {
        if (Finalizer is not { } finalizer)
        {
            SayFarewell();
            return;
        }

        Volatile.Write(ref _owesFinalized, 1);
        var message = Sender.Rent();
        message.Append(finalizer.Frame);
        Sender.Send(message);
    }

    private void SayFarewell()
    {
        var farewell = Sender.Rent();
        farewell.WriteFrame(FrameKind.Shutdown);
        Sender.Send(farewell);
    }

    /// <summary>The finalizer has run. Only now is it told to end: what the result refers to in its memory has been opened here.</summary>
    private void TakeFinalized(ref MessagePackReader values)
    {
        if (Interlocked.Exchange(ref _owesFinalized, 0) == 0)
            throw new ProtocolException("It reported a finalizer that it was not told to run.");
        _frames.Fill(ref values);
        if (Finalizer!.Take(ref values, Id) is { } failure)
        {
            // In the list of results, too, where nobody may look.
            var type = failure is RemoteTaskException remote ? remote.RemoteTypeName : failure.GetType().FullName;
            _printer.Print(new WorkerOutput(
                Id, null, OutputSource.Error, $"The finalizer (PoolOptions.Finalizer) of worker {Id} failed: {type}: {failure.Message.ReplaceLineEndings(" ")}"));
        }

        SayFarewell();
    }
}
