namespace ProcessPool;

// What the workers have left behind.
public sealed partial class Pool
{
    /// <summary>
    /// What <see cref="PoolOptions.Finalizer"/> has returned, for each process in which it ran to its end or threw, replaced ones too, in the order in
    /// which they ended; once the pool has ended. A finalizer that threw has its exception there. <see cref="Outcome{TResult}.WorkerId"/> is the
    /// number of the worker, <see cref="Outcome{TResult}.Item"/> -1. A process that died, was killed or ran out of <see cref="PoolOptions.ShutdownTimeout"/> is
    /// not there. Without a finalizer: empty.
    /// </summary>
    /// <typeparam name="TResult">What the finalizer returns, without the task around it, or a type that this derives from or implements. Of a finalizer that
    /// returns nothing: <see cref="object"/>, the values are null.</typeparam>
    /// <exception cref="InvalidOperationException">The pool has not ended: dispose of it, or <see cref="Close()"/> and <see cref="Join"/>, before; or the
    /// finalizer returns another type.</exception>
    public IReadOnlyList<Outcome<TResult>> ExitResults<TResult>()
    {
        if (!_slots.Ended.IsCompleted)
            throw new InvalidOperationException("The pool has not ended: what finalizers return is known after Dispose, or after Close and Join.");
        return _finalizer?.ResultsAs<TResult>() ?? [];
    }
}
