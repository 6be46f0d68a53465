namespace ProcessPool.Worker.Io;

/// <summary>The same where the worker is no process of its own: then only its threads end.</summary>
internal sealed class PoolGone(StandardStreams streams) : CoordinatorGone(streams)
{
    /// <exception cref="EndOfStreamException">Always.</exception>
    public override void EndProcess() => throw new EndOfStreamException("The pool has hung up.");
}
