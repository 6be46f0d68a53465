using System.Runtime.CompilerServices;
using ProcessPool.Functions;

namespace ProcessPool;

// ApplyAsync: runs a function once.
public sealed partial class Pool
{
    /// <summary>
    /// Runs a function once, in a worker, and returns its result. Python: <c>apply_async</c>; awaited, <c>apply</c>.
    /// </summary>
    /// <param name="function">As for <c>Map</c>.</param>
    /// <param name="options">How the call is run. Default: as the pool's options say.</param>
    /// <param name="cancellationToken">Stops the call, as for <c>Map</c>.</param>
    /// <returns>A task that completes with the result.</returns>
    /// <exception cref="ValueException">A value cannot be sent to another process.</exception>
    /// <exception cref="FunctionException">The function itself cannot be sent.</exception>
    /// <exception cref="ObjectDisposedException">The pool is closed.</exception>
    /// <exception cref="ItemsFailedException">The function failed, and <see cref="CallOptions.Errors"/> is
    /// <see cref="ErrorPolicy.FinishAll"/>.</exception>
    /// <exception cref="TimeoutException">The call took longer than <see cref="CallOptions.Timeout"/>.</exception>
    /// <exception cref="ItemTimeoutException">The function ran longer than <see cref="CallOptions.ItemTimeout"/>.</exception>
    /// <exception cref="WorkerStartException">No worker can be started.</exception>
    /// <exception cref="PoolFullException">Too many items wait, and the pool refuses calls then
    /// (<see cref="PoolOptions.RefuseWhenFull"/>). Only asynchronous calls; the task fails with it.</exception>
    public Task<TResult> ApplyAsync<TResult>(Func<TResult> function, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartOne<Nothing, TResult>(function, default, options, cancellationToken);

    /// <inheritdoc cref="ApplyAsync{TResult}(Func{TResult}, CallOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public Task<TResult> ApplyAsync<TResult>(Func<Task<TResult>> function, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartOne<Nothing, TResult>(function, default, options, cancellationToken);

    /// <inheritdoc cref="ApplyAsync{TResult}(Func{TResult}, CallOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public Task<TResult> ApplyAsync<TResult>(Func<CancellationToken, Task<TResult>> function, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartOne<Nothing, TResult>(function, default, options, cancellationToken);

    /// <inheritdoc cref="ApplyAsync{TResult}(Func{TResult}, CallOptions?, CancellationToken)"/>
    public Task ApplyAsync(Action function, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<Nothing, Nothing>(function, [default], options, cancellationToken);

    /// <inheritdoc cref="ApplyAsync{TResult}(Func{TResult}, CallOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public Task ApplyAsync(Func<Task> function, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<Nothing, Nothing>(function, [default], options, cancellationToken);

    /// <inheritdoc cref="ApplyAsync{TResult}(Func{TResult}, CallOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public Task ApplyAsync(Func<CancellationToken, Task> function, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<Nothing, Nothing>(function, [default], options, cancellationToken);

    /// <inheritdoc cref="ApplyAsync{TResult}(Func{TResult}, CallOptions?, CancellationToken)"/>
    /// <remarks>
    /// Decoding the argument is part of the item: a failure of it is the item's, and the item's time limit and retries cover it.
    /// They do not cover variables that a lambda captures.
    /// </remarks>
    public Task<TResult> ApplyAsync<T, TResult>(Func<T, TResult> function, T argument, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartOne<T, TResult>(function, argument, options, cancellationToken);

    /// <inheritdoc cref="ApplyAsync{TResult}(Func{TResult}, CallOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public Task<TResult> ApplyAsync<T, TResult>(Func<T, Task<TResult>> function, T argument, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartOne<T, TResult>(function, argument, options, cancellationToken);
}
