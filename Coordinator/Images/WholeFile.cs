namespace ProcessPool.Coordinator.Images;

/// <summary>Writes files that exist completely or not at all, even if the writing process is killed.</summary>
internal static class WholeFile
{
    /// <summary>Writes a file under a temporary name in the same directory, then renames it. Returns its length.</summary>
    public static long Write(string path, Action<Stream> write)
    {
        // A new name for every attempt, because a killed worker may still be writing when the item is retried.
        string temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            long length;
            using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0))
            {
                write(file);
                length = file.Position;
            }

            File.Move(temporary, path, overwrite: true);
            return length;
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
