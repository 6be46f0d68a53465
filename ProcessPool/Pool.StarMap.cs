using System.Runtime.CompilerServices;

namespace ProcessPool;

// StarMap: a function of several arguments over tuples of them.
public sealed partial class Pool
{
    /// <summary>
    /// As <c>MapAsync</c>, of a function of several arguments: each input is a tuple of them. Python: <c>starmap_async</c>; awaited,
    /// <c>starmap</c>. To bind arguments that are the same for all items, capture them: <c>pool.Map(x => f(x, size), xs)</c>.
    /// </summary>
    /// <inheritdoc cref="MapAsync{T, TResult}(Func{T, TResult}, IEnumerable{T}, CallOptions?, CancellationToken)"/>
    public Task<TResult[]> StarMapAsync<T1, T2, TResult>(
        Func<T1, T2, TResult> function, IEnumerable<(T1, T2)> items, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<(T1, T2), TResult>(function, items, options, cancellationToken);

    /// <inheritdoc cref="StarMapAsync{T1, T2, TResult}(Func{T1, T2, TResult}, IEnumerable{ValueTuple{T1, T2}}, CallOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public Task<TResult[]> StarMapAsync<T1, T2, TResult>(
        Func<T1, T2, Task<TResult>> function, IEnumerable<(T1, T2)> items, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<(T1, T2), TResult>(function, items, options, cancellationToken);

    /// <inheritdoc cref="StarMapAsync{T1, T2, TResult}(Func{T1, T2, TResult}, IEnumerable{ValueTuple{T1, T2}}, CallOptions?, CancellationToken)"/>
    public Task<TResult[]> StarMapAsync<T1, T2, T3, TResult>(
        Func<T1, T2, T3, TResult> function, IEnumerable<(T1, T2, T3)> items, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<(T1, T2, T3), TResult>(function, items, options, cancellationToken);

    /// <inheritdoc cref="StarMapAsync{T1, T2, TResult}(Func{T1, T2, TResult}, IEnumerable{ValueTuple{T1, T2}}, CallOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public Task<TResult[]> StarMapAsync<T1, T2, T3, TResult>(
        Func<T1, T2, T3, Task<TResult>> function, IEnumerable<(T1, T2, T3)> items, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<(T1, T2, T3), TResult>(function, items, options, cancellationToken);

    /// <inheritdoc cref="StarMapAsync{T1, T2, TResult}(Func{T1, T2, TResult}, IEnumerable{ValueTuple{T1, T2}}, CallOptions?, CancellationToken)"/>
    public Task<TResult[]> StarMapAsync<T1, T2, T3, T4, TResult>(
        Func<T1, T2, T3, T4, TResult> function, IEnumerable<(T1, T2, T3, T4)> items, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<(T1, T2, T3, T4), TResult>(function, items, options, cancellationToken);

    /// <inheritdoc cref="StarMapAsync{T1, T2, TResult}(Func{T1, T2, TResult}, IEnumerable{ValueTuple{T1, T2}}, CallOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public Task<TResult[]> StarMapAsync<T1, T2, T3, T4, TResult>(
        Func<T1, T2, T3, T4, Task<TResult>> function, IEnumerable<(T1, T2, T3, T4)> items, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<(T1, T2, T3, T4), TResult>(function, items, options, cancellationToken);

    /// <summary>As <c>Map</c>, of a function of several arguments: each input is a tuple of them. Python: <c>starmap</c>.</summary>
    /// <inheritdoc cref="StarMapAsync{T1, T2, TResult}(Func{T1, T2, TResult}, IEnumerable{ValueTuple{T1, T2}}, CallOptions?, CancellationToken)"/>
    public TResult[] StarMap<T1, T2, TResult>(
        Func<T1, T2, TResult> function, IEnumerable<(T1, T2)> items, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<(T1, T2), TResult>(function, items, options, cancellationToken).GetAwaiter().GetResult();

    /// <inheritdoc cref="StarMapAsync{T1, T2, TResult}(Func{T1, T2, TResult}, IEnumerable{ValueTuple{T1, T2}}, CallOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public TResult[] StarMap<T1, T2, TResult>(
        Func<T1, T2, Task<TResult>> function, IEnumerable<(T1, T2)> items, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<(T1, T2), TResult>(function, items, options, cancellationToken).GetAwaiter().GetResult();

    /// <inheritdoc cref="StarMapAsync{T1, T2, TResult}(Func{T1, T2, TResult}, IEnumerable{ValueTuple{T1, T2}}, CallOptions?, CancellationToken)"/>
    public TResult[] StarMap<T1, T2, T3, TResult>(
        Func<T1, T2, T3, TResult> function, IEnumerable<(T1, T2, T3)> items, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<(T1, T2, T3), TResult>(function, items, options, cancellationToken).GetAwaiter().GetResult();

    /// <inheritdoc cref="StarMapAsync{T1, T2, TResult}(Func{T1, T2, TResult}, IEnumerable{ValueTuple{T1, T2}}, CallOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public TResult[] StarMap<T1, T2, T3, TResult>(
        Func<T1, T2, T3, Task<TResult>> function, IEnumerable<(T1, T2, T3)> items, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<(T1, T2, T3), TResult>(function, items, options, cancellationToken).GetAwaiter().GetResult();

    /// <inheritdoc cref="StarMapAsync{T1, T2, TResult}(Func{T1, T2, TResult}, IEnumerable{ValueTuple{T1, T2}}, CallOptions?, CancellationToken)"/>
    public TResult[] StarMap<T1, T2, T3, T4, TResult>(
        Func<T1, T2, T3, T4, TResult> function, IEnumerable<(T1, T2, T3, T4)> items, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<(T1, T2, T3, T4), TResult>(function, items, options, cancellationToken).GetAwaiter().GetResult();

    /// <inheritdoc cref="StarMapAsync{T1, T2, TResult}(Func{T1, T2, TResult}, IEnumerable{ValueTuple{T1, T2}}, CallOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public TResult[] StarMap<T1, T2, T3, T4, TResult>(
        Func<T1, T2, T3, T4, Task<TResult>> function, IEnumerable<(T1, T2, T3, T4)> items, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<(T1, T2, T3, T4), TResult>(function, items, options, cancellationToken).GetAwaiter().GetResult();
}
