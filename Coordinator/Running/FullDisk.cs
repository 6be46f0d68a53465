namespace ProcessPool.Coordinator.Running;

/// <summary>Recognizes a full disk. It is special because all further writes would fail, too.</summary>
internal static class FullDisk
{
    /// <summary>ENOSPC and EDQUOT on Linux and macOS, ERROR_DISK_FULL and ERROR_HANDLE_DISK_FULL on Windows.</summary>
    private static readonly int[] Codes = [28, 122, 69, unchecked((int)0x8007_0070), unchecked((int)0x8007_0027)];

    /// <summary>Whether a full disk is the reason of a failure.</summary>
    public static bool IsReason(Exception failure) => failure is IOException && Codes.Contains(failure.HResult);
}
