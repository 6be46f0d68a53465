using MessagePack;
using ProcessPool.Frames;

namespace ProcessPool.Workers;

// Asks the worker to end: first the pool's finalizer, then the shutdown frame.
internal sealed partial class WorkerProcess
{
    /// <summary>1 while the worker was told to run the finalizer and has not reported its result.</summary>
    private int _owesFinalized;

    /// <summary>The function that the worker runs before it ends.</summary>
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

    /// <summary>
    /// Reads the result of the finalizer, and only then tells the worker to end, because the result may refer to shared memory of
    /// the worker, which must be opened here first.
    /// </summary>
    private void TakeFinalized(ref MessagePackReader values)
    {
        if (Interlocked.Exchange(ref _owesFinalized, 0) == 0)
            throw new ProtocolException("It reported a finalizer that it was not told to run.");
        _frames.Fill(ref values);
        if (Finalizer!.Take(ref values, Id) is { } failure)
        {
            // The failure is also in the list of results, but nobody may look there.
            var type = failure is RemoteTaskException remote ? remote.RemoteTypeName : failure.GetType().FullName;
            var line = $"The finalizer (PoolOptions.Finalizer) of worker {Id} failed: {type}: {failure.Message.ReplaceLineEndings(" ")}";
            _printer.Print(new OutputShare(new PrinterWait()), new WorkerOutput(Id, null, OutputSource.Error, line), ProtocolConstants.WeightOf(line.Length));
        }

        SayFarewell();
    }
}
