using ProcessPool.Coordinator.Running;

namespace ProcessPool.Coordinator.Commands;

/// <summary>The exit codes of the command. After a signal it is 128 plus the signal's number: 129, 130 or 143.</summary>
internal static class ExitCode
{
    /// <summary>Everything was done.</summary>
    public const int Success = 0;

    /// <summary>Something failed, for example an item.</summary>
    public const int Failed = 1;

    /// <summary>The arguments were wrong; nothing was started.</summary>
    public const int Usage = 2;

    /// <summary>No worker could be started.</summary>
    public const int NoWorker = 3;

    /// <summary>The exit code of a run that has ended.</summary>
    public static int Of(bool isSuccess, Interruption interruption) =>
        interruption.ExitCode != 0 ? interruption.ExitCode
        : isSuccess ? Success
        : Failed;
}
