using ProcessPool.Frames;

namespace ProcessPool.Worker.Io;

/// <summary>The same where the worker is no process of its own: then only its threads end.</summary>
internal sealed class PoolGone(StandardStreams streams) : CoordinatorGone(streams)
{
    /// <exception cref="ConnectionEndedException">Always.</exception>
    public override void EndProcess() => throw new ConnectionEndedException("The pool has hung up.");
}
