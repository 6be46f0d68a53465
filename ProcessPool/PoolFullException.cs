namespace ProcessPool;

/// <summary>
/// The pool has as many waiting items as it may have (<see cref="PoolOptions.MaxWaitingItems"/>), and refused an asynchronous call
/// (<see cref="PoolOptions.RefuseWhenFull"/>). None of the call's items was started.
/// </summary>
public sealed class PoolFullException : PoolException
{
    internal PoolFullException(long waiting, int most, long items)
        : base(
            $"The pool is full: {waiting} items wait for a worker, at most {most} may (PoolOptions.MaxWaitingItems), and this call has {items}. "
            + "It was refused (PoolOptions.RefuseWhenFull). Call again later, or await Pool.WaitForRoomAsync before each call.")
    {
    }
}
