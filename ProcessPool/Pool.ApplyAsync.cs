using System.Runtime.CompilerServices;
using ProcessPool.Functions;

namespace ProcessPool;

// ApplyAsync: a function once.
public sealed partial class Pool
{
    /// <summary>Runs a function once, in a worker, and returns its result. Python: <c>apply_async</c>; awaited, <c>apply</c>.</summary>
    /// <param name="function">As for <c>Map</c>.</param>
    /// <param name="options">How the call is run, if not as the pool's options say.</param>
    /// <param name="cancellationToken">Stops the call, as for <c>Map</c>.</param>
    /// <returns>The result, when the function does not run any more.</returns>
    /// <exception cref="ValueException">Something cannot be sent to another process.</exception>
    /// <exception cref="FunctionException">The function itself cannot be sent.</exception>
    /// <exception cref="ObjectDisposedException">The pool is closed.</exception>
    /// <exception cref="ItemsFailedException">It has failed, and <see cref="CallOptions.Errors"/> is <see cref="ErrorPolicy.FinishAll"/>.</exception>
    /// <exception cref="TimeoutException">The call took longer than <see cref="CallOptions.Timeout"/>, or an item than its own limit (<see cref="ItemTimeoutException"/>).</exception>
    /// <exception cref="WorkerStartException">No worker can be started.</exception>
    public Task<TResult> ApplyAsync<TResult>(Func<TResult> function, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        First(StartMap<Nothing, TResult>(function, [default], options, cancellationToken));

    /// <inheritdoc cref="ApplyAsync{TResult}(Func{TResult}, CallOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public Task<TResult> ApplyAsync<TResult>(Func<Task<TResult>> function, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        First(StartMap<Nothing, TResult>(function, [default], options, cancellationToken));

    /// <inheritdoc cref="ApplyAsync{TResult}(Func{TResult}, CallOptions?, CancellationToken)"/>
    public Task<TResult> ApplyAsync<TResult>(Func<ValueTask<TResult>> function, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        First(StartMap<Nothing, TResult>(function, [default], options, cancellationToken));

    /// <inheritdoc cref="ApplyAsync{TResult}(Func{TResult}, CallOptions?, CancellationToken)"/>
    public Task ApplyAsync(Action function, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<Nothing, Nothing>(function, [default], options, cancellationToken);

    /// <inheritdoc cref="ApplyAsync{TResult}(Func{TResult}, CallOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public Task ApplyAsync(Func<Task> function, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<Nothing, Nothing>(function, [default], options, cancellationToken);

    /// <inheritdoc cref="ApplyAsync{TResult}(Func{TResult}, CallOptions?, CancellationToken)"/>
    public Task ApplyAsync(Func<ValueTask> function, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<Nothing, Nothing>(function, [default], options, cancellationToken);

    // Before those with an argument, which a token could be.

    /// <inheritdoc cref="ApplyAsync{TResult}(Func{TResult}, CallOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(2)]
    public Task<TResult> ApplyAsync<TResult>(Func<CancellationToken, TResult> function, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        First(StartMap<Nothing, TResult>(function, [default], options, cancellationToken));

    /// <inheritdoc cref="ApplyAsync{TResult}(Func{TResult}, CallOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(3)]
    public Task<TResult> ApplyAsync<TResult>(Func<CancellationToken, Task<TResult>> function, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        First(StartMap<Nothing, TResult>(function, [default], options, cancellationToken));

    /// <inheritdoc cref="ApplyAsync{TResult}(Func{TResult}, CallOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(2)]
    public Task<TResult> ApplyAsync<TResult>(Func<CancellationToken, ValueTask<TResult>> function, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        First(StartMap<Nothing, TResult>(function, [default], options, cancellationToken));

    /// <inheritdoc cref="ApplyAsync{TResult}(Func{TResult}, CallOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(2)]
    public Task ApplyAsync(Action<CancellationToken> function, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<Nothing, Nothing>(function, [default], options, cancellationToken);

    /// <inheritdoc cref="ApplyAsync{TResult}(Func{TResult}, CallOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(3)]
    public Task ApplyAsync(Func<CancellationToken, Task> function, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<Nothing, Nothing>(function, [default], options, cancellationToken);

    /// <inheritdoc cref="ApplyAsync{TResult}(Func{TResult}, CallOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(2)]
    public Task ApplyAsync(Func<CancellationToken, ValueTask> function, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<Nothing, Nothing>(function, [default], options, cancellationToken);

    /// <inheritdoc cref="ApplyAsync{TResult}(Func{TResult}, CallOptions?, CancellationToken)"/>
    public Task<TResult> ApplyAsync<T, TResult>(Func<T, TResult> function, T argument, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        First(StartMap<T, TResult>(function, [argument], options, cancellationToken));

    /// <inheritdoc cref="ApplyAsync{TResult}(Func{TResult}, CallOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public Task<TResult> ApplyAsync<T, TResult>(Func<T, Task<TResult>> function, T argument, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        First(StartMap<T, TResult>(function, [argument], options, cancellationToken));

    /// <inheritdoc cref="ApplyAsync{TResult}(Func{TResult}, CallOptions?, CancellationToken)"/>
    public Task<TResult> ApplyAsync<T, TResult>(Func<T, ValueTask<TResult>> function, T argument, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        First(StartMap<T, TResult>(function, [argument], options, cancellationToken));

    /// <inheritdoc cref="ApplyAsync{TResult}(Func{TResult}, CallOptions?, CancellationToken)"/>
    public Task ApplyAsync<T>(Action<T> function, T argument, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<T, Nothing>(function, [argument], options, cancellationToken);

    /// <inheritdoc cref="ApplyAsync{TResult}(Func{TResult}, CallOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public Task ApplyAsync<T>(Func<T, Task> function, T argument, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<T, Nothing>(function, [argument], options, cancellationToken);

    /// <inheritdoc cref="ApplyAsync{TResult}(Func{TResult}, CallOptions?, CancellationToken)"/>
    public Task ApplyAsync<T>(Func<T, ValueTask> function, T argument, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<T, Nothing>(function, [argument], options, cancellationToken);

    /// <inheritdoc cref="ApplyAsync{TResult}(Func{TResult}, CallOptions?, CancellationToken)"/>
    public Task<TResult> ApplyAsync<T, TResult>(Func<T, CancellationToken, TResult> function, T argument, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        First(StartMap<T, TResult>(function, [argument], options, cancellationToken));

    /// <inheritdoc cref="ApplyAsync{TResult}(Func{TResult}, CallOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public Task<TResult> ApplyAsync<T, TResult>(Func<T, CancellationToken, Task<TResult>> function, T argument, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        First(StartMap<T, TResult>(function, [argument], options, cancellationToken));

    /// <inheritdoc cref="ApplyAsync{TResult}(Func{TResult}, CallOptions?, CancellationToken)"/>
    public Task<TResult> ApplyAsync<T, TResult>(Func<T, CancellationToken, ValueTask<TResult>> function, T argument, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        First(StartMap<T, TResult>(function, [argument], options, cancellationToken));

    /// <inheritdoc cref="ApplyAsync{TResult}(Func{TResult}, CallOptions?, CancellationToken)"/>
    public Task ApplyAsync<T>(Action<T, CancellationToken> function, T argument, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<T, Nothing>(function, [argument], options, cancellationToken);

    /// <inheritdoc cref="ApplyAsync{TResult}(Func{TResult}, CallOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public Task ApplyAsync<T>(Func<T, CancellationToken, Task> function, T argument, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<T, Nothing>(function, [argument], options, cancellationToken);

    /// <inheritdoc cref="ApplyAsync{TResult}(Func{TResult}, CallOptions?, CancellationToken)"/>
    public Task ApplyAsync<T>(Func<T, CancellationToken, ValueTask> function, T argument, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<T, Nothing>(function, [argument], options, cancellationToken);

    private static async Task<TResult> First<TResult>(Task<TResult[]> results) => (await results.ConfigureAwait(false))[0];
}
