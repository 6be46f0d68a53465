using System.Runtime.CompilerServices;
using ProcessPool.Functions;

namespace ProcessPool;

// Apply: a function once, waited for.
public sealed partial class Pool
{
    /// <summary>As <c>ApplyAsync</c>, waiting for the result. Python: <c>apply</c>.</summary>
    /// <inheritdoc cref="ApplyAsync{TResult}(Func{TResult}, CancellationToken)"/>
    public TResult Apply<TResult>(Func<TResult> function, CancellationToken cancellationToken = default) =>
        StartMap<Nothing, TResult>(function, [default], cancellationToken).GetAwaiter().GetResult()[0];

    /// <inheritdoc cref="Apply{TResult}(Func{TResult}, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public TResult Apply<TResult>(Func<Task<TResult>> function, CancellationToken cancellationToken = default) =>
        StartMap<Nothing, TResult>(function, [default], cancellationToken).GetAwaiter().GetResult()[0];

    /// <inheritdoc cref="Apply{TResult}(Func{TResult}, CancellationToken)"/>
    public TResult Apply<TResult>(Func<ValueTask<TResult>> function, CancellationToken cancellationToken = default) =>
        StartMap<Nothing, TResult>(function, [default], cancellationToken).GetAwaiter().GetResult()[0];

    /// <inheritdoc cref="Apply{TResult}(Func{TResult}, CancellationToken)"/>
    public void Apply(Action function, CancellationToken cancellationToken = default) =>
        StartMap<Nothing, Nothing>(function, [default], cancellationToken).GetAwaiter().GetResult();

    /// <inheritdoc cref="Apply{TResult}(Func{TResult}, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public void Apply(Func<Task> function, CancellationToken cancellationToken = default) =>
        StartMap<Nothing, Nothing>(function, [default], cancellationToken).GetAwaiter().GetResult();

    /// <inheritdoc cref="Apply{TResult}(Func{TResult}, CancellationToken)"/>
    public void Apply(Func<ValueTask> function, CancellationToken cancellationToken = default) =>
        StartMap<Nothing, Nothing>(function, [default], cancellationToken).GetAwaiter().GetResult();

    /// <inheritdoc cref="Apply{TResult}(Func{TResult}, CancellationToken)"/>
    public TResult Apply<TResult>(Func<CancellationToken, TResult> function, CancellationToken cancellationToken = default) =>
        StartMap<Nothing, TResult>(function, [default], cancellationToken).GetAwaiter().GetResult()[0];

    /// <inheritdoc cref="Apply{TResult}(Func{TResult}, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public TResult Apply<TResult>(Func<CancellationToken, Task<TResult>> function, CancellationToken cancellationToken = default) =>
        StartMap<Nothing, TResult>(function, [default], cancellationToken).GetAwaiter().GetResult()[0];

    /// <inheritdoc cref="Apply{TResult}(Func{TResult}, CancellationToken)"/>
    public TResult Apply<TResult>(Func<CancellationToken, ValueTask<TResult>> function, CancellationToken cancellationToken = default) =>
        StartMap<Nothing, TResult>(function, [default], cancellationToken).GetAwaiter().GetResult()[0];

    /// <inheritdoc cref="Apply{TResult}(Func{TResult}, CancellationToken)"/>
    public void Apply(Action<CancellationToken> function, CancellationToken cancellationToken = default) =>
        StartMap<Nothing, Nothing>(function, [default], cancellationToken).GetAwaiter().GetResult();

    /// <inheritdoc cref="Apply{TResult}(Func{TResult}, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public void Apply(Func<CancellationToken, Task> function, CancellationToken cancellationToken = default) =>
        StartMap<Nothing, Nothing>(function, [default], cancellationToken).GetAwaiter().GetResult();

    /// <inheritdoc cref="Apply{TResult}(Func{TResult}, CancellationToken)"/>
    public void Apply(Func<CancellationToken, ValueTask> function, CancellationToken cancellationToken = default) =>
        StartMap<Nothing, Nothing>(function, [default], cancellationToken).GetAwaiter().GetResult();

    /// <inheritdoc cref="Apply{TResult}(Func{TResult}, CancellationToken)"/>
    public TResult Apply<T, TResult>(Func<T, TResult> function, T argument, CancellationToken cancellationToken = default) =>
        StartMap<T, TResult>(function, [argument], cancellationToken).GetAwaiter().GetResult()[0];

    /// <inheritdoc cref="Apply{TResult}(Func{TResult}, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public TResult Apply<T, TResult>(Func<T, Task<TResult>> function, T argument, CancellationToken cancellationToken = default) =>
        StartMap<T, TResult>(function, [argument], cancellationToken).GetAwaiter().GetResult()[0];

    /// <inheritdoc cref="Apply{TResult}(Func{TResult}, CancellationToken)"/>
    public TResult Apply<T, TResult>(Func<T, ValueTask<TResult>> function, T argument, CancellationToken cancellationToken = default) =>
        StartMap<T, TResult>(function, [argument], cancellationToken).GetAwaiter().GetResult()[0];

    /// <inheritdoc cref="Apply{TResult}(Func{TResult}, CancellationToken)"/>
    public void Apply<T>(Action<T> function, T argument, CancellationToken cancellationToken = default) =>
        StartMap<T, Nothing>(function, [argument], cancellationToken).GetAwaiter().GetResult();

    /// <inheritdoc cref="Apply{TResult}(Func{TResult}, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public void Apply<T>(Func<T, Task> function, T argument, CancellationToken cancellationToken = default) =>
        StartMap<T, Nothing>(function, [argument], cancellationToken).GetAwaiter().GetResult();

    /// <inheritdoc cref="Apply{TResult}(Func{TResult}, CancellationToken)"/>
    public void Apply<T>(Func<T, ValueTask> function, T argument, CancellationToken cancellationToken = default) =>
        StartMap<T, Nothing>(function, [argument], cancellationToken).GetAwaiter().GetResult();

    /// <inheritdoc cref="Apply{TResult}(Func{TResult}, CancellationToken)"/>
    public TResult Apply<T, TResult>(Func<T, CancellationToken, TResult> function, T argument, CancellationToken cancellationToken = default) =>
        StartMap<T, TResult>(function, [argument], cancellationToken).GetAwaiter().GetResult()[0];

    /// <inheritdoc cref="Apply{TResult}(Func{TResult}, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public TResult Apply<T, TResult>(Func<T, CancellationToken, Task<TResult>> function, T argument, CancellationToken cancellationToken = default) =>
        StartMap<T, TResult>(function, [argument], cancellationToken).GetAwaiter().GetResult()[0];

    /// <inheritdoc cref="Apply{TResult}(Func{TResult}, CancellationToken)"/>
    public TResult Apply<T, TResult>(Func<T, CancellationToken, ValueTask<TResult>> function, T argument, CancellationToken cancellationToken = default) =>
        StartMap<T, TResult>(function, [argument], cancellationToken).GetAwaiter().GetResult()[0];

    /// <inheritdoc cref="Apply{TResult}(Func{TResult}, CancellationToken)"/>
    public void Apply<T>(Action<T, CancellationToken> function, T argument, CancellationToken cancellationToken = default) =>
        StartMap<T, Nothing>(function, [argument], cancellationToken).GetAwaiter().GetResult();

    /// <inheritdoc cref="Apply{TResult}(Func{TResult}, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public void Apply<T>(Func<T, CancellationToken, Task> function, T argument, CancellationToken cancellationToken = default) =>
        StartMap<T, Nothing>(function, [argument], cancellationToken).GetAwaiter().GetResult();

    /// <inheritdoc cref="Apply{TResult}(Func{TResult}, CancellationToken)"/>
    public void Apply<T>(Func<T, CancellationToken, ValueTask> function, T argument, CancellationToken cancellationToken = default) =>
        StartMap<T, Nothing>(function, [argument], cancellationToken).GetAwaiter().GetResult();
}
