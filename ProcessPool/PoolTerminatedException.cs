namespace ProcessPool;

/// <summary>
/// The pool was terminated, disposed of with <see cref="PoolOptions.CancelOnDispose"/>, or closed with its pending items
/// cancelled, while the call was under way.
/// </summary>
public sealed class PoolTerminatedException : PoolException
{
    internal PoolTerminatedException(string message = "The pool was terminated before the call finished.")
        : base(message)
    {
    }
}
