using System.Runtime.CompilerServices;
using ProcessPool.Functions;

namespace ProcessPool;

// Apply: a function once, waited for.
public sealed partial class Pool
{
    /// <summary>As <c>ApplyAsync</c>, waiting for the result. Python: <c>apply</c>.</summary>
    /// <inheritdoc cref="ApplyAsync{TResult}(Func{TResult}, CallOptions?, CancellationToken)"/>
    public TResult Apply<TResult>(Func<TResult> function, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<Nothing, TResult>(function, [default], options, cancellationToken).GetAwaiter().GetResult()[0];

    /// <inheritdoc cref="Apply{TResult}(Func{TResult}, CallOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public TResult Apply<TResult>(Func<Task<TResult>> function, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<Nothing, TResult>(function, [default], options, cancellationToken).GetAwaiter().GetResult()[0];

    /// <inheritdoc cref="Apply{TResult}(Func{TResult}, CallOptions?, CancellationToken)"/>
    public TResult Apply<TResult>(Func<ValueTask<TResult>> function, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<Nothing, TResult>(function, [default], options, cancellationToken).GetAwaiter().GetResult()[0];

    /// <inheritdoc cref="Apply{TResult}(Func{TResult}, CallOptions?, CancellationToken)"/>
    public void Apply(Action function, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<Nothing, Nothing>(function, [default], options, cancellationToken).GetAwaiter().GetResult();

    /// <inheritdoc cref="Apply{TResult}(Func{TResult}, CallOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public void Apply(Func<Task> function, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<Nothing, Nothing>(function, [default], options, cancellationToken).GetAwaiter().GetResult();

    /// <inheritdoc cref="Apply{TResult}(Func{TResult}, CallOptions?, CancellationToken)"/>
    public void Apply(Func<ValueTask> function, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<Nothing, Nothing>(function, [default], options, cancellationToken).GetAwaiter().GetResult();

    // Before those with an argument, which a token could be.

    /// <inheritdoc cref="Apply{TResult}(Func{TResult}, CallOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(2)]
    public TResult Apply<TResult>(Func<CancellationToken, TResult> function, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<Nothing, TResult>(function, [default], options, cancellationToken).GetAwaiter().GetResult()[0];

    /// <inheritdoc cref="Apply{TResult}(Func{TResult}, CallOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(3)]
    public TResult Apply<TResult>(Func<CancellationToken, Task<TResult>> function, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<Nothing, TResult>(function, [default], options, cancellationToken).GetAwaiter().GetResult()[0];

    /// <inheritdoc cref="Apply{TResult}(Func{TResult}, CallOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(2)]
    public TResult Apply<TResult>(Func<CancellationToken, ValueTask<TResult>> function, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<Nothing, TResult>(function, [default], options, cancellationToken).GetAwaiter().GetResult()[0];

    /// <inheritdoc cref="Apply{TResult}(Func{TResult}, CallOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(2)]
    public void Apply(Action<CancellationToken> function, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<Nothing, Nothing>(function, [default], options, cancellationToken).GetAwaiter().GetResult();

    /// <inheritdoc cref="Apply{TResult}(Func{TResult}, CallOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(3)]
    public void Apply(Func<CancellationToken, Task> function, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<Nothing, Nothing>(function, [default], options, cancellationToken).GetAwaiter().GetResult();

    /// <inheritdoc cref="Apply{TResult}(Func{TResult}, CallOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(2)]
    public void Apply(Func<CancellationToken, ValueTask> function, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<Nothing, Nothing>(function, [default], options, cancellationToken).GetAwaiter().GetResult();

    /// <inheritdoc cref="Apply{TResult}(Func{TResult}, CallOptions?, CancellationToken)"/>
    public TResult Apply<T, TResult>(Func<T, TResult> function, T argument, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<T, TResult>(function, [argument], options, cancellationToken).GetAwaiter().GetResult()[0];

    /// <inheritdoc cref="Apply{TResult}(Func{TResult}, CallOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public TResult Apply<T, TResult>(Func<T, Task<TResult>> function, T argument, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<T, TResult>(function, [argument], options, cancellationToken).GetAwaiter().GetResult()[0];

    /// <inheritdoc cref="Apply{TResult}(Func{TResult}, CallOptions?, CancellationToken)"/>
    public TResult Apply<T, TResult>(Func<T, ValueTask<TResult>> function, T argument, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<T, TResult>(function, [argument], options, cancellationToken).GetAwaiter().GetResult()[0];

    /// <inheritdoc cref="Apply{TResult}(Func{TResult}, CallOptions?, CancellationToken)"/>
    public void Apply<T>(Action<T> function, T argument, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<T, Nothing>(function, [argument], options, cancellationToken).GetAwaiter().GetResult();

    /// <inheritdoc cref="Apply{TResult}(Func{TResult}, CallOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public void Apply<T>(Func<T, Task> function, T argument, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<T, Nothing>(function, [argument], options, cancellationToken).GetAwaiter().GetResult();

    /// <inheritdoc cref="Apply{TResult}(Func{TResult}, CallOptions?, CancellationToken)"/>
    public void Apply<T>(Func<T, ValueTask> function, T argument, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<T, Nothing>(function, [argument], options, cancellationToken).GetAwaiter().GetResult();

    /// <inheritdoc cref="Apply{TResult}(Func{TResult}, CallOptions?, CancellationToken)"/>
    public TResult Apply<T, TResult>(Func<T, CancellationToken, TResult> function, T argument, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<T, TResult>(function, [argument], options, cancellationToken).GetAwaiter().GetResult()[0];

    /// <inheritdoc cref="Apply{TResult}(Func{TResult}, CallOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public TResult Apply<T, TResult>(Func<T, CancellationToken, Task<TResult>> function, T argument, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<T, TResult>(function, [argument], options, cancellationToken).GetAwaiter().GetResult()[0];

    /// <inheritdoc cref="Apply{TResult}(Func{TResult}, CallOptions?, CancellationToken)"/>
    public TResult Apply<T, TResult>(Func<T, CancellationToken, ValueTask<TResult>> function, T argument, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<T, TResult>(function, [argument], options, cancellationToken).GetAwaiter().GetResult()[0];

    /// <inheritdoc cref="Apply{TResult}(Func{TResult}, CallOptions?, CancellationToken)"/>
    public void Apply<T>(Action<T, CancellationToken> function, T argument, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<T, Nothing>(function, [argument], options, cancellationToken).GetAwaiter().GetResult();

    /// <inheritdoc cref="Apply{TResult}(Func{TResult}, CallOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public void Apply<T>(Func<T, CancellationToken, Task> function, T argument, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<T, Nothing>(function, [argument], options, cancellationToken).GetAwaiter().GetResult();

    /// <inheritdoc cref="Apply{TResult}(Func{TResult}, CallOptions?, CancellationToken)"/>
    public void Apply<T>(Func<T, CancellationToken, ValueTask> function, T argument, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<T, Nothing>(function, [argument], options, cancellationToken).GetAwaiter().GetResult();
}
