namespace ProcessPool.Platform;

/// <summary>The working directory, which may have been deleted under the process.</summary>
internal static class CurrentDirectory
{
    /// <summary>Its path; null if it is gone.</summary>
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
