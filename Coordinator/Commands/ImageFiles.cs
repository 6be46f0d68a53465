using System.IO.Enumeration;

namespace ProcessPool.Coordinator.Commands;

/// <summary>Directories of images: looked at before any worker starts.</summary>
internal static class ImageFiles
{
    /// <summary>Makes the directory if needed, and sees that files can be made in it; returns its full path.</summary>
    /// <exception cref="UsageException">It cannot be written to.</exception>
    public static string DirectoryToWrite(string directory)
    {
        try
        {
            string path = Directory.CreateDirectory(directory).FullName;
            string probe = Path.Combine(path, $"{Guid.NewGuid():N}.tmp");
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
            return path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UsageException($"cannot write to the directory '{directory}': {e.Message}", e);
        }
    }

    /// <summary>The full paths of files in a directory, in the ordinal order of their names.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="pattern">What their names look like, with <c>*</c> and <c>?</c>.</param>
    /// <param name="recursive">Whether directories below count; links to directories are not followed.</param>
    /// <exception cref="UsageException">It is not there, cannot be read, or has none.</exception>
    public static string[] ToRead(string directory, string pattern, bool recursive)
    {
        if (!Directory.Exists(directory))
            throw new UsageException($"there is no directory '{directory}'");
        if (pattern.Length == 0 || Path.GetFileName(pattern) != pattern)
            throw new UsageException($"--pattern is for names of files, without directories, not '{pattern}' (see --recursive)");
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
