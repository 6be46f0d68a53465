using ProcessPool.Frames;

namespace ProcessPool.Worker.Io;

/// <summary>The same for a worker that is not a process of its own. Only its threads end.</summary>
internal sealed class PoolGone(StandardStreams streams) : CoordinatorGone(streams)
{
    /// <exception cref="ConnectionEndedException">Always.</exception>
    public override void EndProcess() => throw new ConnectionEndedException("The pool has closed the connection.");
}
