using System.Runtime.CompilerServices;
using ProcessPool.Functions;

namespace ProcessPool;

// Map: a function over all inputs, results in order.
public sealed partial class Pool
{
    /// <summary>
    /// Runs a function on each input, in the workers, and returns the results in the order of the inputs. Python:
    /// <c>map_async</c>; awaited, <c>map</c>.
    /// </summary>
    /// <param name="function">A static method, a local function or a lambda, also asynchronous; what it has captured
    /// travels with it. A token that an asynchronous function takes is the item's own; others find it in
    /// <see cref="WorkerContext.CancellationToken"/>.</param>
    /// <param name="items">The inputs; enumerated on the calling thread before anything starts.</param>
    /// <param name="options">How the call is run, if not as the pool's options say.</param>
    /// <param name="cancellationToken">Stops the call: what has not started never does, the tokens of running items
    /// fire, and after <see cref="PoolOptions.KillDelay"/> their workers are killed.</param>
    /// <returns>The results, when no item of the call runs any more.</returns>
    /// <exception cref="ValueException">Something cannot be sent to another process; thrown here, before anything starts,
    /// if the types or the captured values show it, otherwise by the task.</exception>
    /// <exception cref="FunctionException">The function itself cannot be sent.</exception>
    /// <exception cref="ObjectDisposedException">The pool is closed.</exception>
    /// <exception cref="ItemsFailedException">Items have failed, and <see cref="CallOptions.Errors"/> is <see cref="ErrorPolicy.FinishAll"/>.</exception>
    /// <exception cref="TimeoutException">The call took longer than <see cref="CallOptions.Timeout"/>, or an item than its own limit (<see cref="ItemTimeoutException"/>).</exception>
    /// <exception cref="WorkerStartException">No worker can be started.</exception>
    /// <remarks>The first item that fails stops the call; its exception is thrown. If it cannot be made again in this
    /// process, it is a <see cref="RemoteTaskException"/>; if the worker died, a <see cref="WorkerDiedException"/>. The index of
    /// the item and the worker's number are in its <see cref="Exception.Data"/>, as <c>ProcessPool.Item</c> and
    /// <c>ProcessPool.Worker</c>.</remarks>
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

    /// <summary>As <see cref="MapAsync{T, TResult}(Func{T, TResult}, IEnumerable{T}, CallOptions?, CancellationToken)"/>, waiting for the results. Python: <c>map</c>.</summary>
    /// <inheritdoc cref="MapAsync{T, TResult}(Func{T, TResult}, IEnumerable{T}, CallOptions?, CancellationToken)"/>
    public TResult[] Map<T, TResult>(Func<T, TResult> function, IEnumerable<T> items, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<T, TResult>(function, items, options, cancellationToken).GetAwaiter().GetResult();

    /// <inheritdoc cref="Map{T, TResult}(Func{T, TResult}, IEnumerable{T}, CallOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public TResult[] Map<T, TResult>(Func<T, Task<TResult>> function, IEnumerable<T> items, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<T, TResult>(function, items, options, cancellationToken).GetAwaiter().GetResult();

    /// <inheritdoc cref="Map{T, TResult}(Func{T, TResult}, IEnumerable{T}, CallOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public TResult[] Map<T, TResult>(Func<T, CancellationToken, Task<TResult>> function, IEnumerable<T> items, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<T, TResult>(function, items, options, cancellationToken).GetAwaiter().GetResult();

    /// <inheritdoc cref="Map{T, TResult}(Func{T, TResult}, IEnumerable{T}, CallOptions?, CancellationToken)"/>
    public void Map<T>(Action<T> function, IEnumerable<T> items, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<T, Nothing>(function, items, options, cancellationToken).GetAwaiter().GetResult();

    /// <inheritdoc cref="Map{T, TResult}(Func{T, TResult}, IEnumerable{T}, CallOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public void Map<T>(Func<T, Task> function, IEnumerable<T> items, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<T, Nothing>(function, items, options, cancellationToken).GetAwaiter().GetResult();

    /// <inheritdoc cref="Map{T, TResult}(Func{T, TResult}, IEnumerable{T}, CallOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public void Map<T>(Func<T, CancellationToken, Task> function, IEnumerable<T> items, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<T, Nothing>(function, items, options, cancellationToken).GetAwaiter().GetResult();
}
