namespace ProcessPool;

/// <summary>
/// A function that cannot run in another process as it is: it is several functions in one, its code exists only in this
/// process, or the two processes run different builds of it. The message says which, and the way out.
/// </summary>
public sealed class FunctionException : Exception
{
    /// <param name="message">What is wrong and what to do about it.</param>
    /// <param name="inner">What was thrown, if something was.</param>
    public FunctionException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
