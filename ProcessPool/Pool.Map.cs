using System.Runtime.CompilerServices;
using ProcessPool.Functions;

namespace ProcessPool;

// Map: runs a function on all inputs, results in order.
public sealed partial class Pool
{
    /// <summary>
    /// Runs a function on each input, in the worker processes. The results are in the order of the inputs. Python:
    /// <c>map_async</c>; awaited, <c>map</c>.
    /// </summary>
    /// <param name="function">A static method, a local function or a lambda, synchronous or asynchronous. The variables that it
    /// captures travel with it. An asynchronous function may take the item's own token as its last parameter; any function finds
    /// it in <see cref="WorkerContext.CancellationToken"/>.</param>
    /// <param name="items">The inputs. They are enumerated on the calling thread before anything starts.</param>
    /// <param name="options">How the call is run. Default: as the pool's options say.</param>
    /// <param name="cancellationToken">Stops the call: no more items are started, the tokens of running items fire, and after
    /// <see cref="PoolOptions.KillDelay"/> their workers are killed.</param>
    /// <returns>A task that completes with the results when no item of the call is running.</returns>
    /// <exception cref="ValueException">A value cannot be sent to another process. Thrown at once if the types or the captured
    /// values show it, otherwise by the task.</exception>
    /// <exception cref="FunctionException">The function itself cannot be sent.</exception>
    /// <exception cref="ObjectDisposedException">The pool is closed.</exception>
    /// <exception cref="ItemsFailedException">Items have failed, and <see cref="CallOptions.Errors"/> is
    /// <see cref="ErrorPolicy.FinishAll"/>.</exception>
    /// <exception cref="TimeoutException">The call took longer than <see cref="CallOptions.Timeout"/>.</exception>
    /// <exception cref="ItemTimeoutException">An item ran longer than <see cref="CallOptions.ItemTimeout"/>.</exception>
    /// <exception cref="WorkerStartException">No worker can be started.</exception>
    /// <exception cref="PoolFullException">Too many items wait, and the pool refuses calls then
    /// (<see cref="PoolOptions.RefuseWhenFull"/>). Only asynchronous calls; the task fails with it.</exception>
    /// <remarks>The first item that fails stops the call, and its exception is thrown. An exception that cannot be rebuilt in
    /// this process becomes a <see cref="RemoteTaskException"/>; if a worker died, it is a <see cref="WorkerDiedException"/>. The
    /// item's index and the worker's number are in its <see cref="Exception.Data"/> (<see cref="PoolDataKeys"/>).</remarks>
    public Task<TResult[]> MapAsync<T, TResult>(Func<T, TResult> function, IEnumerable<T> items, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<T, TResult>(function, items, options, cancellationToken);

    /// <inheritdoc cref="MapAsync{T, TResult}(Func{T, TResult}, IEnumerable{T}, CallOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public Task<TResult[]> MapAsync<T, TResult>(Func<T, Task<TResult>> function, IEnumerable<T> items, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<T, TResult>(function, items, options, cancellationToken);

    /// <inheritdoc cref="MapAsync{T, TResult}(Func{T, TResult}, IEnumerable{T}, CallOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public Task<TResult[]> MapAsync<T, TResult>(Func<T, CancellationToken, Task<TResult>> function, IEnumerable<T> items, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<T, TResult>(function, items, options, cancellationToken);

    /// <inheritdoc cref="MapAsync{T, TResult}(Func{T, TResult}, IEnumerable{T}, CallOptions?, CancellationToken)"/>
    public Task MapAsync<T>(Action<T> function, IEnumerable<T> items, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<T, Nothing>(function, items, options, cancellationToken);

    /// <inheritdoc cref="MapAsync{T, TResult}(Func{T, TResult}, IEnumerable{T}, CallOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public Task MapAsync<T>(Func<T, Task> function, IEnumerable<T> items, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<T, Nothing>(function, items, options, cancellationToken);

    /// <inheritdoc cref="MapAsync{T, TResult}(Func{T, TResult}, IEnumerable{T}, CallOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public Task MapAsync<T>(Func<T, CancellationToken, Task> function, IEnumerable<T> items, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<T, Nothing>(function, items, options, cancellationToken);

    /// <summary>
    /// The same as <see cref="MapAsync{T, TResult}(Func{T, TResult}, IEnumerable{T}, CallOptions?, CancellationToken)"/>, but
    /// waits for the results. Python: <c>map</c>.
    /// </summary>
    /// <inheritdoc cref="MapAsync{T, TResult}(Func{T, TResult}, IEnumerable{T}, CallOptions?, CancellationToken)"/>
    public TResult[] Map<T, TResult>(Func<T, TResult> function, IEnumerable<T> items, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        RunMap<T, TResult>(function, items, options, cancellationToken);

    /// <inheritdoc cref="Map{T, TResult}(Func{T, TResult}, IEnumerable{T}, CallOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public TResult[] Map<T, TResult>(Func<T, Task<TResult>> function, IEnumerable<T> items, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        RunMap<T, TResult>(function, items, options, cancellationToken);

    /// <inheritdoc cref="Map{T, TResult}(Func{T, TResult}, IEnumerable{T}, CallOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public TResult[] Map<T, TResult>(Func<T, CancellationToken, Task<TResult>> function, IEnumerable<T> items, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        RunMap<T, TResult>(function, items, options, cancellationToken);

    /// <inheritdoc cref="Map{T, TResult}(Func{T, TResult}, IEnumerable{T}, CallOptions?, CancellationToken)"/>
    public void Map<T>(Action<T> function, IEnumerable<T> items, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        RunMap<T, Nothing>(function, items, options, cancellationToken);

    /// <inheritdoc cref="Map{T, TResult}(Func{T, TResult}, IEnumerable{T}, CallOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public void Map<T>(Func<T, Task> function, IEnumerable<T> items, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        RunMap<T, Nothing>(function, items, options, cancellationToken);

    /// <inheritdoc cref="Map{T, TResult}(Func{T, TResult}, IEnumerable{T}, CallOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public void Map<T>(Func<T, CancellationToken, Task> function, IEnumerable<T> items, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        RunMap<T, Nothing>(function, items, options, cancellationToken);
}
