namespace ProcessPool.Platform;

/// <summary>The working directory, which may have been deleted while the process is in it.</summary>
internal static class CurrentDirectory
{
    /// <summary>The path; null if the directory no longer exists.</summary>
    public static string? OrNull
    {
        get
        {
            try
            {
                return Environment.CurrentDirectory;
            }
            catch (IOException)
            {
                return null;
            }
        }
    }
}
