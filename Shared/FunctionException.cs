namespace ProcessPool;

/// <summary>
/// The exception that is thrown when a function cannot run in another process: it is a multicast delegate, its code exists only
/// in this process, or the two processes run different builds of it. The message gives the reason and a way out.
/// </summary>
public sealed class FunctionException : Exception
{
    /// <param name="message">What is wrong and what to do about it.</param>
    /// <param name="inner">The exception that caused this one, if any.</param>
    public FunctionException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
