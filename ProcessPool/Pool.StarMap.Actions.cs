using System.Runtime.CompilerServices;
using ProcessPool.Functions;

namespace ProcessPool;

// StarMap of functions that return nothing.
public sealed partial class Pool
{
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

    /// <inheritdoc cref="StarMapAsync{T1, T2, TResult}(Func{T1, T2, TResult}, IEnumerable{ValueTuple{T1, T2}}, CallOptions?, CancellationToken)"/>
    public Task StarMapAsync<T1, T2, T3, T4>(
        Action<T1, T2, T3, T4> function, IEnumerable<(T1, T2, T3, T4)> items, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<(T1, T2, T3, T4), Nothing>(function, items, options, cancellationToken);

    /// <inheritdoc cref="StarMapAsync{T1, T2, TResult}(Func{T1, T2, TResult}, IEnumerable{ValueTuple{T1, T2}}, CallOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public Task StarMapAsync<T1, T2, T3, T4>(
        Func<T1, T2, T3, T4, Task> function, IEnumerable<(T1, T2, T3, T4)> items, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<(T1, T2, T3, T4), Nothing>(function, items, options, cancellationToken);

    /// <inheritdoc cref="StarMapAsync{T1, T2, TResult}(Func{T1, T2, TResult}, IEnumerable{ValueTuple{T1, T2}}, CallOptions?, CancellationToken)"/>
    public void StarMap<T1, T2>(
        Action<T1, T2> function, IEnumerable<(T1, T2)> items, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<(T1, T2), Nothing>(function, items, options, cancellationToken).GetAwaiter().GetResult();

    /// <inheritdoc cref="StarMapAsync{T1, T2, TResult}(Func{T1, T2, TResult}, IEnumerable{ValueTuple{T1, T2}}, CallOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public void StarMap<T1, T2>(
        Func<T1, T2, Task> function, IEnumerable<(T1, T2)> items, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<(T1, T2), Nothing>(function, items, options, cancellationToken).GetAwaiter().GetResult();

    /// <inheritdoc cref="StarMapAsync{T1, T2, TResult}(Func{T1, T2, TResult}, IEnumerable{ValueTuple{T1, T2}}, CallOptions?, CancellationToken)"/>
    public void StarMap<T1, T2, T3>(
        Action<T1, T2, T3> function, IEnumerable<(T1, T2, T3)> items, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<(T1, T2, T3), Nothing>(function, items, options, cancellationToken).GetAwaiter().GetResult();

    /// <inheritdoc cref="StarMapAsync{T1, T2, TResult}(Func{T1, T2, TResult}, IEnumerable{ValueTuple{T1, T2}}, CallOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public void StarMap<T1, T2, T3>(
        Func<T1, T2, T3, Task> function, IEnumerable<(T1, T2, T3)> items, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<(T1, T2, T3), Nothing>(function, items, options, cancellationToken).GetAwaiter().GetResult();

    /// <inheritdoc cref="StarMapAsync{T1, T2, TResult}(Func{T1, T2, TResult}, IEnumerable{ValueTuple{T1, T2}}, CallOptions?, CancellationToken)"/>
    public void StarMap<T1, T2, T3, T4>(
        Action<T1, T2, T3, T4> function, IEnumerable<(T1, T2, T3, T4)> items, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<(T1, T2, T3, T4), Nothing>(function, items, options, cancellationToken).GetAwaiter().GetResult();

    /// <inheritdoc cref="StarMapAsync{T1, T2, TResult}(Func{T1, T2, TResult}, IEnumerable{ValueTuple{T1, T2}}, CallOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public void StarMap<T1, T2, T3, T4>(
        Func<T1, T2, T3, T4, Task> function, IEnumerable<(T1, T2, T3, T4)> items, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartMap<(T1, T2, T3, T4), Nothing>(function, items, options, cancellationToken).GetAwaiter().GetResult();
}
