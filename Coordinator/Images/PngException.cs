namespace ProcessPool.Coordinator.Images;

/// <summary>A file is not a PNG that can be read; the message names the file and what is wrong with it.</summary>
internal sealed class PngException : Exception
{
    /// <summary>Makes the exception from a message.</summary>
    public PngException(string message) : base(message)
    {
    }

    /// <summary>Makes the exception from a message and what was found.</summary>
    public PngException(string message, Exception inner) : base(message, inner)
    {
    }
}
