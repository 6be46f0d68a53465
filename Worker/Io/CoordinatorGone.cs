using ProcessPool.Platform;

namespace ProcessPool.Worker.Io;

/// <summary>The end of a worker whose coordinator is gone: at once, and with everything that its tasks have started.</summary>
internal class CoordinatorGone(StandardStreams streams)
{
    /// <summary>Ends this process and its group; does not return.</summary>
    public virtual void EndProcess()
    {
        // SIGKILL to the own group: no handler, finalizer or child of a task may stay behind, and none may hold it up.
        if (streams.HasOwnGroup) _ = Libc.Kill(0, Libc.SigKill);
        System.Diagnostics.Process.GetCurrentProcess().Kill();
    }
}
