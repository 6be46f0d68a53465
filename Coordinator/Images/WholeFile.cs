namespace ProcessPool.Coordinator.Images;

/// <summary>Files that are there as a whole or not at all, also when the writing process is killed.</summary>
internal static class WholeFile
{
    /// <summary>Writes under a temporary name in the same directory, then renames.</summary>
    public static void Write(string path, Action<Stream> write)
    {
        // A name of its own for every attempt: a killed worker may still be writing when the item is tried again.
        string temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
                write(file);
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
