namespace ProcessPool;

// The results of finalizers.
public sealed partial class Pool
{
    /// <summary>
    /// What <see cref="PoolOptions.Finalizer"/> returned or threw in each worker process, replaced processes included, in the
    /// order in which they ended. Available once the pool has ended. <see cref="Outcome{TResult}.WorkerId"/> is the number of the
    /// worker, and <see cref="Outcome{TResult}.Item"/> is -1. Processes that died, were killed or exceeded
    /// <see cref="PoolOptions.ShutdownTimeout"/> are missing. Without a finalizer, the list is empty.
    /// </summary>
    /// <typeparam name="TResult">The type that the finalizer returns, without the task around it, or one of its base types or
    /// interfaces. For a finalizer that returns nothing, <see cref="object"/>; the values are null.</typeparam>
    /// <exception cref="InvalidOperationException">The pool has not ended (dispose of it, or call <see cref="Close()"/> and
    /// <see cref="Join"/> first), or the finalizer returns another type.</exception>
    public IReadOnlyList<Outcome<TResult>> ExitResults<TResult>()
    {
        if (!_slots.Ended.IsCompleted)
        {
            throw new InvalidOperationException(
                "The pool has not ended yet. The results of finalizers are available after Dispose, or after Close and Join.");
        }

        return _finalizer?.ResultsAs<TResult>() ?? [];
    }
}
