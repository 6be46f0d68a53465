using ProcessPool.Errors;
using ProcessPool.Frames;
using ProcessPool.Values;

namespace ProcessPool.Workers;

// Runs the pool's initializer, between the greeting and the first item.
internal sealed partial class WorkerProcess
{
    /// <summary>Has the worker run the pool's initializer, and waits for it.</summary>
    /// <exception cref="WorkerStartException">The initializer threw, or the worker died or broke the protocol
    /// meanwhile.</exception>
    public void Initialize(EncodedFunction initializer)
    {
        var message = Sender.Rent();
        message.Append(initializer.Frame);
        Sender.Send(message);
        _scheduler.Greeted(Lane);
        Exception? failure;
        try
        {
            failure = ReadInitialized();
        }
        catch (Exception e) when (e is ProtocolException or ConnectionEndedException || BrokenValueException.Covers(e))
        {
            if (e is not ConnectionEndedException) _brokenProtocol = Describe(e);
            End();
            throw InitializerFailed($"the worker {Cause.TrimEnd('.')}.", e, isLasting: false);
        }

        if (failure is null) return;
        End();
        var type = failure is RemoteTaskException remote ? remote.RemoteTypeName : failure.GetType().FullName;
        throw InitializerFailed($"{type}: {failure.Message}", failure, isLasting: true);
    }

    /// <summary>Creates the failure of a worker that did not start because of the initializer.</summary>
    /// <param name="reason">What happened, as the rest of a sentence.</param>
    /// <param name="inner">The exception that was thrown in the worker, or here.</param>
    /// <param name="isLasting">Whether another attempt would most likely fail in the same way.</param>
    public WorkerStartException InitializerFailed(string reason, Exception inner, bool isLasting) =>
        new(
            $"Worker {Id} (process {ProcessId}) did not start, because its initializer (PoolOptions.Initializer) failed: "
            + $"{reason}{DescribeErrorLines()}",
            inner)
        { IsLasting = isLasting };

    /// <inheritdoc/>
    public WorkerStartException DescribeEarlyDeath() => new(
        "The workers of this pool die before they run anything. "
        + $"The last one was worker {Id} (process {ProcessId}), which {Cause.TrimEnd('.')}.{DescribeErrorLines()}");

    /// <returns>The exception that the initializer threw; null if it succeeded.</returns>
    private Exception? ReadInitialized()
    {
        while (true)
        {
            if (!_frames.TryBegin()) throw new ConnectionEndedException("The worker ended while it ran its initializer.");
            var values = _frames.Values;
            var kind = FrameReader.ReadKind(ref values);
            switch (kind)
            {
                case FrameKind.Output:
                    TakeOutput(ref values);
                    break;
                case FrameKind.HeartbeatReply:
                    break;
                case FrameKind.Initialized:
                    _frames.Fill(ref values);
                    var failure = values.TryReadNil() ? null : RemoteExceptionReader.Read(ref values);
                    _frames.EndFrame();
                    return failure;
                default:
                    throw new ProtocolException($"It sent a frame of kind {(int)kind} before its initializer had run.");
            }

            _frames.EndFrame();
        }
    }

    /// <summary>Kills the worker, if it is not dead yet, and waits until it is.</summary>
    public void End()
    {
        Lane.IsDoomed = true;
        Kill();
        Bury();
    }
}
