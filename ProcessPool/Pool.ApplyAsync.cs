using System.Runtime.CompilerServices;
using ProcessPool.Functions;

namespace ProcessPool;

// ApplyAsync: a function once.
public sealed partial class Pool
{
    /// <summary>Runs a function once, in a worker, and returns its result. Python: <c>apply_async</c>; awaited, <c>apply</c>.</summary>
    /// <param name="function">As for <c>Map</c>.</param>
    /// <param name="cancellationToken">Stops the call, as for <c>Map</c>.</param>
    /// <returns>The result, when the function does not run any more.</returns>
    /// <exception cref="ValueException">Something cannot be sent to another process.</exception>
    /// <exception cref="FunctionException">The function itself cannot be sent.</exception>
    /// <exception cref="ObjectDisposedException">The pool is closed.</exception>
    /// <exception cref="WorkerStartException">No worker can be started.</exception>
    public Task<TResult> ApplyAsync<TResult>(Func<TResult> function, CancellationToken cancellationToken = default) =>
        First(StartMap<Nothing, TResult>(function, [default], cancellationToken));

    /// <inheritdoc cref="ApplyAsync{TResult}(Func{TResult}, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public Task<TResult> ApplyAsync<TResult>(Func<Task<TResult>> function, CancellationToken cancellationToken = default) =>
        First(StartMap<Nothing, TResult>(function, [default], cancellationToken));

    /// <inheritdoc cref="ApplyAsync{TResult}(Func{TResult}, CancellationToken)"/>
    public Task<TResult> ApplyAsync<TResult>(Func<ValueTask<TResult>> function, CancellationToken cancellationToken = default) =>
        First(StartMap<Nothing, TResult>(function, [default], cancellationToken));

    /// <inheritdoc cref="ApplyAsync{TResult}(Func{TResult}, CancellationToken)"/>
    public Task ApplyAsync(Action function, CancellationToken cancellationToken = default) =>
        StartMap<Nothing, Nothing>(function, [default], cancellationToken);

    /// <inheritdoc cref="ApplyAsync{TResult}(Func{TResult}, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public Task ApplyAsync(Func<Task> function, CancellationToken cancellationToken = default) =>
        StartMap<Nothing, Nothing>(function, [default], cancellationToken);

    /// <inheritdoc cref="ApplyAsync{TResult}(Func{TResult}, CancellationToken)"/>
    public Task ApplyAsync(Func<ValueTask> function, CancellationToken cancellationToken = default) =>
        StartMap<Nothing, Nothing>(function, [default], cancellationToken);

    /// <inheritdoc cref="ApplyAsync{TResult}(Func{TResult}, CancellationToken)"/>
    public Task<TResult> ApplyAsync<TResult>(Func<CancellationToken, TResult> function, CancellationToken cancellationToken = default) =>
        First(StartMap<Nothing, TResult>(function, [default], cancellationToken));

    /// <inheritdoc cref="ApplyAsync{TResult}(Func{TResult}, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public Task<TResult> ApplyAsync<TResult>(Func<CancellationToken, Task<TResult>> function, CancellationToken cancellationToken = default) =>
        First(StartMap<Nothing, TResult>(function, [default], cancellationToken));

    /// <inheritdoc cref="ApplyAsync{TResult}(Func{TResult}, CancellationToken)"/>
    public Task<TResult> ApplyAsync<TResult>(Func<CancellationToken, ValueTask<TResult>> function, CancellationToken cancellationToken = default) =>
        First(StartMap<Nothing, TResult>(function, [default], cancellationToken));

    /// <inheritdoc cref="ApplyAsync{TResult}(Func{TResult}, CancellationToken)"/>
    public Task ApplyAsync(Action<CancellationToken> function, CancellationToken cancellationToken = default) =>
        StartMap<Nothing, Nothing>(function, [default], cancellationToken);

    /// <inheritdoc cref="ApplyAsync{TResult}(Func{TResult}, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public Task ApplyAsync(Func<CancellationToken, Task> function, CancellationToken cancellationToken = default) =>
        StartMap<Nothing, Nothing>(function, [default], cancellationToken);

    /// <inheritdoc cref="ApplyAsync{TResult}(Func{TResult}, CancellationToken)"/>
    public Task ApplyAsync(Func<CancellationToken, ValueTask> function, CancellationToken cancellationToken = default) =>
        StartMap<Nothing, Nothing>(function, [default], cancellationToken);

    /// <inheritdoc cref="ApplyAsync{TResult}(Func{TResult}, CancellationToken)"/>
    public Task<TResult> ApplyAsync<T, TResult>(Func<T, TResult> function, T argument, CancellationToken cancellationToken = default) =>
        First(StartMap<T, TResult>(function, [argument], cancellationToken));

    /// <inheritdoc cref="ApplyAsync{TResult}(Func{TResult}, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public Task<TResult> ApplyAsync<T, TResult>(Func<T, Task<TResult>> function, T argument, CancellationToken cancellationToken = default) =>
        First(StartMap<T, TResult>(function, [argument], cancellationToken));

    /// <inheritdoc cref="ApplyAsync{TResult}(Func{TResult}, CancellationToken)"/>
    public Task<TResult> ApplyAsync<T, TResult>(Func<T, ValueTask<TResult>> function, T argument, CancellationToken cancellationToken = default) =>
        First(StartMap<T, TResult>(function, [argument], cancellationToken));

    /// <inheritdoc cref="ApplyAsync{TResult}(Func{TResult}, CancellationToken)"/>
    public Task ApplyAsync<T>(Action<T> function, T argument, CancellationToken cancellationToken = default) =>
        StartMap<T, Nothing>(function, [argument], cancellationToken);

    /// <inheritdoc cref="ApplyAsync{TResult}(Func{TResult}, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public Task ApplyAsync<T>(Func<T, Task> function, T argument, CancellationToken cancellationToken = default) =>
        StartMap<T, Nothing>(function, [argument], cancellationToken);

    /// <inheritdoc cref="ApplyAsync{TResult}(Func{TResult}, CancellationToken)"/>
    public Task ApplyAsync<T>(Func<T, ValueTask> function, T argument, CancellationToken cancellationToken = default) =>
        StartMap<T, Nothing>(function, [argument], cancellationToken);

    /// <inheritdoc cref="ApplyAsync{TResult}(Func{TResult}, CancellationToken)"/>
    public Task<TResult> ApplyAsync<T, TResult>(Func<T, CancellationToken, TResult> function, T argument, CancellationToken cancellationToken = default) =>
        First(StartMap<T, TResult>(function, [argument], cancellationToken));

    /// <inheritdoc cref="ApplyAsync{TResult}(Func{TResult}, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public Task<TResult> ApplyAsync<T, TResult>(Func<T, CancellationToken, Task<TResult>> function, T argument, CancellationToken cancellationToken = default) =>
        First(StartMap<T, TResult>(function, [argument], cancellationToken));

    /// <inheritdoc cref="ApplyAsync{TResult}(Func{TResult}, CancellationToken)"/>
    public Task<TResult> ApplyAsync<T, TResult>(Func<T, CancellationToken, ValueTask<TResult>> function, T argument, CancellationToken cancellationToken = default) =>
        First(StartMap<T, TResult>(function, [argument], cancellationToken));

    /// <inheritdoc cref="ApplyAsync{TResult}(Func{TResult}, CancellationToken)"/>
    public Task ApplyAsync<T>(Action<T, CancellationToken> function, T argument, CancellationToken cancellationToken = default) =>
        StartMap<T, Nothing>(function, [argument], cancellationToken);

    /// <inheritdoc cref="ApplyAsync{TResult}(Func{TResult}, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public Task ApplyAsync<T>(Func<T, CancellationToken, Task> function, T argument, CancellationToken cancellationToken = default) =>
        StartMap<T, Nothing>(function, [argument], cancellationToken);

    /// <inheritdoc cref="ApplyAsync{TResult}(Func{TResult}, CancellationToken)"/>
    public Task ApplyAsync<T>(Func<T, CancellationToken, ValueTask> function, T argument, CancellationToken cancellationToken = default) =>
        StartMap<T, Nothing>(function, [argument], cancellationToken);

    private static async Task<TResult> First<TResult>(Task<TResult[]> results) => (await results.ConfigureAwait(false))[0];
}
