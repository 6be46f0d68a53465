namespace ProcessPool;

/// <summary>
/// The pool was terminated, disposed of with <see cref="PoolOptions.CancelOnDispose"/>, or closed without what was pending, while the call was
/// under way.
/// </summary>
public sealed class PoolTerminatedException : PoolException
{
    internal PoolTerminatedException(string message = "The pool was terminated before the call was done.")
        : base(message)
    {
    }
}
