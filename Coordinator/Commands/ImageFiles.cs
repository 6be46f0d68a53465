using System.IO.Enumeration;

namespace ProcessPool.Coordinator.Commands;

/// <summary>Checks directories of images, before any worker starts.</summary>
internal static class ImageFiles
{
    private static readonly TimeSpan OldLeftover = TimeSpan.FromMinutes(1);

    /// <summary>Creates the directory if needed, checks that files can be created in it, and returns its full path.</summary>
    /// <exception cref="UsageException">The directory cannot be written to.</exception>
    public static string DirectoryToWrite(string directory)
    {
        try
        {
            string path = Directory.CreateDirectory(directory).FullName;
            string probe = Path.Combine(path, $"{Guid.NewGuid():N}.tmp");
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
            RemoveLeftovers(path);
            return path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UsageException($"cannot write to the directory '{directory}': {e.Message}", e);
        }
    }

    /// <summary>
    /// Removes half-written images that an earlier run has left because it was killed. Younger ones may be those of a run that is
    /// writing now.
    /// </summary>
    private static void RemoveLeftovers(string directory)
    {
        DateTime old = DateTime.UtcNow - OldLeftover;
        foreach (string file in Directory.EnumerateFiles(directory, "image_*.png.*.tmp"))
        {
            if (File.GetLastWriteTimeUtc(file) < old)
                File.Delete(file);
        }
    }

    /// <summary>The full paths of files in a directory, in ordinal order.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="pattern">The pattern of their names, with the wildcards <c>*</c> and <c>?</c>.</param>
    /// <param name="recursive">Whether subdirectories are searched, too. Links to directories are not followed.</param>
    /// <exception cref="UsageException">The directory does not exist, cannot be read, or has no such files.</exception>
    public static string[] ToRead(string directory, string pattern, bool recursive)
    {
        if (!Directory.Exists(directory))
            throw new UsageException($"there is no directory '{directory}'");
        if (pattern.Length == 0 || Path.GetFileName(pattern) != pattern)
            throw new UsageException($"--pattern must be a file name without directories, not '{pattern}' (see --recursive)");
        try
        {
            string[] files = [.. Find(Path.GetFullPath(directory), pattern, recursive).Order(StringComparer.Ordinal)];
            return files.Length > 0 ? files : throw new UsageException($"there are no {pattern} files in '{directory}'");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"cannot read the directory '{directory}': {e.Message}", e);
        }
    }

    private static FileSystemEnumerable<string> Find(string directory, string pattern, bool recursive)
    {
        var options = new EnumerationOptions { RecurseSubdirectories = recursive, IgnoreInaccessible = false, AttributesToSkip = 0 };
        return new FileSystemEnumerable<string>(directory, (ref entry) => entry.ToFullPath(), options)
        {
            ShouldIncludePredicate =
                (ref entry) => !entry.IsDirectory && FileSystemName.MatchesSimpleExpression(pattern, entry.FileName),
            ShouldRecursePredicate = (ref entry) => !entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
        };
    }
}
