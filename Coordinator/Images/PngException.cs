namespace ProcessPool.Coordinator.Images;

/// <summary>A file cannot be read as a PNG. The message names the file and says what is wrong with it.</summary>
internal sealed class PngException : Exception
{
    /// <summary>Makes the exception from a message.</summary>
    public PngException(string message) : base(message)
    {
    }

    /// <summary>Makes the exception from a message and its cause.</summary>
    public PngException(string message, Exception inner) : base(message, inner)
    {
    }
}
