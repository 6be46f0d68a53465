namespace ProcessPool.Bench;

/// <summary>
/// The directory for images, removed at the end of the run. It is in memory if there is room: on a disk, the file system took up to six
/// times as long for 2,000 new files as both sides together, and differently from run to run.
/// </summary>
internal sealed class ScratchDirectory : IDisposable
{
    private const string InMemory = "/dev/shm";
    private const long Needed = 4L << 30;

    public string FullName { get; } = Directory.CreateDirectory(Path.Combine(Parent, $"processpool-bench-{Guid.NewGuid():N}")).FullName;

    /// <summary>Where the directory is made.</summary>
    public static string Parent { get; } =
        Directory.Exists(InMemory) && new DriveInfo(InMemory).AvailableFreeSpace > Needed ? InMemory : Path.GetTempPath();

    public void Dispose() => Directory.Delete(FullName, recursive: true);
}
