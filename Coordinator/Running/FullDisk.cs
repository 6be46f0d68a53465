namespace ProcessPool.Coordinator.Running;

/// <summary>A disk that is full fails everything that follows, too.</summary>
internal static class FullDisk
{
    /// <summary>ENOSPC and EDQUOT of Linux and macOS, ERROR_DISK_FULL and ERROR_HANDLE_DISK_FULL of Windows.</summary>
    private static readonly int[] Codes = [28, 122, 69, unchecked((int)0x8007_0070), unchecked((int)0x8007_0027)];

    /// <summary>Whether this is why something could not be written.</summary>
    public static bool IsReason(Exception failure) => failure is IOException && Codes.Contains(failure.HResult);
}
