using ProcessPool.Platform;

namespace ProcessPool.Worker.Io;

/// <summary>Ends a worker whose coordinator is gone: at once, together with all processes that its tasks have started.</summary>
internal class CoordinatorGone(StandardStreams streams)
{
    /// <summary>Kills this process and its process group. Does not return.</summary>
    public virtual void EndProcess()
    {
        // SIGKILL to the own process group: no child of a task may survive, and no handler or finalizer may delay the end.
        if (streams.HasOwnGroup) _ = Libc.Kill(0, Libc.SigKill);
        System.Diagnostics.Process.GetCurrentProcess().Kill();
    }
}
