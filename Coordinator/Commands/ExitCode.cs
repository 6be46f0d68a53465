using ProcessPool.Coordinator.Running;

namespace ProcessPool.Coordinator.Commands;

/// <summary>What the command tells the shell. After a signal it is 128 and the signal's number: 130 or 143.</summary>
internal static class ExitCode
{
    /// <summary>Everything was done.</summary>
    public const int Success = 0;

    /// <summary>Something failed on the way, an item for instance.</summary>
    public const int Failed = 1;

    /// <summary>The arguments were wrong; nothing was started.</summary>
    public const int Usage = 2;

    /// <summary>No worker could be started.</summary>
    public const int NoWorker = 3;

    /// <summary>The code of a run that has come to its end, one way or the other.</summary>
    public static int Of(bool isSuccess, Interruption interruption) =>
        interruption.ExitCode != 0 ? interruption.ExitCode
        : isSuccess ? Success
        : Failed;
}
