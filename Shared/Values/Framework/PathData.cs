using System.Runtime.CompilerServices;

namespace ProcessPool.Values;

/// <summary>
/// A file or directory by its full path and its original path. Its attributes are not sent; the receiver reads them from the file
/// system.
/// </summary>
internal static class PathData
{
    public static (string Full, string Original) Of(FileSystemInfo value) => (value.FullName, OriginalPath(value));

    public static FileInfo ToFile((string Full, string Original) data) => As(new FileInfo(data.Full), data.Original);

    public static DirectoryInfo ToDirectory((string Full, string Original) data) => As(new DirectoryInfo(data.Full), data.Original);

    private static T As<T>(T info, string original)
        where T : FileSystemInfo
    {
        OriginalPath(info) = original;
        return info;
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field)]
    private static extern ref string OriginalPath(FileSystemInfo info);
}
