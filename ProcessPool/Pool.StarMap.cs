using System.Runtime.CompilerServices;
using ProcessPool.Functions;

namespace ProcessPool;

// StarMap: runs a function of several arguments on tuples of them.
public sealed partial class Pool
{
    /// <summary>
    /// The same as <c>MapAsync</c> for a function of several arguments: each input is a tuple of them. For more than three
    /// arguments, map a lambda over tuples: <c>pool.Map(t => f(t.A, t.B, t.C, t.D), items)</c>. Arguments that are the same for
    /// all items can be captured: <c>pool.Map(x => f(x, size), xs)</c>. Python: <c>starmap_async</c>; awaited, <c>starmap</c>.
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
    public Task StarMapAsync<T1, T2>(
        Action<T1, T2> function, IEnumerable<(T1, T2)> items, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<(T1, T2), Nothing>(function, items, options, cancellationToken);

    /// <inheritdoc cref="StarMapAsync{T1, T2, TResult}(Func{T1, T2, TResult}, IEnumerable{ValueTuple{T1, T2}}, CallOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public Task StarMapAsync<T1, T2>(
        Func<T1, T2, Task> function, IEnumerable<(T1, T2)> items, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<(T1, T2), Nothing>(function, items, options, cancellationToken);

    /// <inheritdoc cref="StarMapAsync{T1, T2, TResult}(Func{T1, T2, TResult}, IEnumerable{ValueTuple{T1, T2}}, CallOptions?, CancellationToken)"/>
    public Task StarMapAsync<T1, T2, T3>(
        Action<T1, T2, T3> function, IEnumerable<(T1, T2, T3)> items, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<(T1, T2, T3), Nothing>(function, items, options, cancellationToken);

    /// <inheritdoc cref="StarMapAsync{T1, T2, TResult}(Func{T1, T2, TResult}, IEnumerable{ValueTuple{T1, T2}}, CallOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public Task StarMapAsync<T1, T2, T3>(
        Func<T1, T2, T3, Task> function, IEnumerable<(T1, T2, T3)> items, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<(T1, T2, T3), Nothing>(function, items, options, cancellationToken);

    /// <summary>
    /// The same as <c>Map</c> for a function of several arguments: each input is a tuple of them. Python: <c>starmap</c>.
    /// </summary>
    /// <inheritdoc cref="StarMapAsync{T1, T2, TResult}(Func{T1, T2, TResult}, IEnumerable{ValueTuple{T1, T2}}, CallOptions?, CancellationToken)"/>
    public TResult[] StarMap<T1, T2, TResult>(
        Func<T1, T2, TResult> function, IEnumerable<(T1, T2)> items, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        RunMap<(T1, T2), TResult>(function, items, options, cancellationToken);

    /// <inheritdoc cref="StarMapAsync{T1, T2, TResult}(Func{T1, T2, TResult}, IEnumerable{ValueTuple{T1, T2}}, CallOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public TResult[] StarMap<T1, T2, TResult>(
        Func<T1, T2, Task<TResult>> function, IEnumerable<(T1, T2)> items, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        RunMap<(T1, T2), TResult>(function, items, options, cancellationToken);

    /// <inheritdoc cref="StarMapAsync{T1, T2, TResult}(Func{T1, T2, TResult}, IEnumerable{ValueTuple{T1, T2}}, CallOptions?, CancellationToken)"/>
    public TResult[] StarMap<T1, T2, T3, TResult>(
        Func<T1, T2, T3, TResult> function, IEnumerable<(T1, T2, T3)> items, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        RunMap<(T1, T2, T3), TResult>(function, items, options, cancellationToken);

    /// <inheritdoc cref="StarMapAsync{T1, T2, TResult}(Func{T1, T2, TResult}, IEnumerable{ValueTuple{T1, T2}}, CallOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public TResult[] StarMap<T1, T2, T3, TResult>(
        Func<T1, T2, T3, Task<TResult>> function, IEnumerable<(T1, T2, T3)> items, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        RunMap<(T1, T2, T3), TResult>(function, items, options, cancellationToken);

    /// <inheritdoc cref="StarMapAsync{T1, T2, TResult}(Func{T1, T2, TResult}, IEnumerable{ValueTuple{T1, T2}}, CallOptions?, CancellationToken)"/>
    public void StarMap<T1, T2>(
        Action<T1, T2> function, IEnumerable<(T1, T2)> items, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        RunMap<(T1, T2), Nothing>(function, items, options, cancellationToken);

    /// <inheritdoc cref="StarMapAsync{T1, T2, TResult}(Func{T1, T2, TResult}, IEnumerable{ValueTuple{T1, T2}}, CallOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public void StarMap<T1, T2>(
        Func<T1, T2, Task> function, IEnumerable<(T1, T2)> items, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        RunMap<(T1, T2), Nothing>(function, items, options, cancellationToken);

    /// <inheritdoc cref="StarMapAsync{T1, T2, TResult}(Func{T1, T2, TResult}, IEnumerable{ValueTuple{T1, T2}}, CallOptions?, CancellationToken)"/>
    public void StarMap<T1, T2, T3>(
        Action<T1, T2, T3> function, IEnumerable<(T1, T2, T3)> items, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        RunMap<(T1, T2, T3), Nothing>(function, items, options, cancellationToken);

    /// <inheritdoc cref="StarMapAsync{T1, T2, TResult}(Func{T1, T2, TResult}, IEnumerable{ValueTuple{T1, T2}}, CallOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public void StarMap<T1, T2, T3>(
        Func<T1, T2, T3, Task> function, IEnumerable<(T1, T2, T3)> items, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        RunMap<(T1, T2, T3), Nothing>(function, items, options, cancellationToken);
}
