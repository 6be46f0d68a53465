using System.Runtime.CompilerServices;
using ProcessPool.Functions;

namespace ProcessPool;

// Apply: runs a function once and waits for it.
public sealed partial class Pool
{
    /// <summary>The same as <c>ApplyAsync</c>, but waits for the result. Python: <c>apply</c>.</summary>
    /// <inheritdoc cref="ApplyAsync{TResult}(Func{TResult}, CallOptions?, CancellationToken)"/>
    public TResult Apply<TResult>(Func<TResult> function, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        RunOne<Nothing, TResult>(function, default, options, cancellationToken);

    /// <inheritdoc cref="Apply{TResult}(Func{TResult}, CallOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public TResult Apply<TResult>(Func<Task<TResult>> function, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        RunOne<Nothing, TResult>(function, default, options, cancellationToken);

    /// <inheritdoc cref="Apply{TResult}(Func{TResult}, CallOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public TResult Apply<TResult>(Func<CancellationToken, Task<TResult>> function, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        RunOne<Nothing, TResult>(function, default, options, cancellationToken);

    /// <inheritdoc cref="Apply{TResult}(Func{TResult}, CallOptions?, CancellationToken)"/>
    public void Apply(Action function, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        RunMap<Nothing, Nothing>(function, [default], options, cancellationToken);

    /// <inheritdoc cref="Apply{TResult}(Func{TResult}, CallOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public void Apply(Func<Task> function, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        RunMap<Nothing, Nothing>(function, [default], options, cancellationToken);

    /// <inheritdoc cref="Apply{TResult}(Func{TResult}, CallOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public void Apply(Func<CancellationToken, Task> function, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        RunMap<Nothing, Nothing>(function, [default], options, cancellationToken);

    /// <inheritdoc cref="Apply{TResult}(Func{TResult}, CallOptions?, CancellationToken)"/>
    /// <remarks>
    /// Decoding the argument is part of the item: a failure of it is the item's, and the item's time limit and retries cover it.
    /// They do not cover variables that a lambda captures.
    /// </remarks>
    public TResult Apply<T, TResult>(Func<T, TResult> function, T argument, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        RunOne<T, TResult>(function, argument, options, cancellationToken);

    /// <inheritdoc cref="Apply{TResult}(Func{TResult}, CallOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public TResult Apply<T, TResult>(Func<T, Task<TResult>> function, T argument, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        RunOne<T, TResult>(function, argument, options, cancellationToken);
}
