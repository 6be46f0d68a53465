namespace ProcessPool.Coordinator.Commands;

/// <summary>What the command tells the shell.</summary>
internal static class ExitCode
{
    /// <summary>Everything was done.</summary>
    public const int Success = 0;

    /// <summary>Something failed on the way, an item for instance.</summary>
    public const int Failed = 1;

    /// <summary>The arguments were wrong; nothing was started.</summary>
    public const int Usage = 2;
}
