using System.Runtime.CompilerServices;

namespace ProcessPool;

// Imap: runs a function on inputs that are taken as results are consumed.
public sealed partial class Pool
{
    /// <summary>
    /// Runs a function on each input, in the worker processes. Results come in the order of the inputs, each as soon as it and
    /// all results before it are available. Inputs are taken as results are consumed, at most
    /// <see cref="PoolOptions.BufferSize"/> ahead of them, so the input may be infinite. Python: <c>imap</c>.
    /// </summary>
    /// <param name="function">As for <c>Map</c>.</param>
    /// <param name="items">The inputs. Each enumeration of the results enumerates them, on a thread of its own.</param>
    /// <param name="options">How the call is run. Default: as the pool's options say.</param>
    /// <param name="cancellationToken">Stops the call, as for <c>Map</c>; so does the token that the enumeration is
    /// given.</param>
    /// <returns>The results. The call starts when they are enumerated. It stops when the enumeration is left, which returns when
    /// no item of the call is running. An item that failed throws at its place, and the caller can go on with the next item.
    /// Synchronous callers use <c>ToBlockingEnumerable()</c>.</returns>
    /// <exception cref="ValueException">A value cannot be sent to another process.</exception>
    /// <exception cref="FunctionException">The function itself cannot be sent.</exception>
    /// <exception cref="ObjectDisposedException">The pool is closed.</exception>
    public ResultStream<T, TResult> Imap<T, TResult>(Func<T, TResult> function, IEnumerable<T> items, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartImap<T, TResult>(function, items, options, isOrdered: true, cancellationToken);

    /// <inheritdoc cref="Imap{T, TResult}(Func{T, TResult}, IEnumerable{T}, CallOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public ResultStream<T, TResult> Imap<T, TResult>(Func<T, Task<TResult>> function, IEnumerable<T> items, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartImap<T, TResult>(function, items, options, isOrdered: true, cancellationToken);

    /// <inheritdoc cref="Imap{T, TResult}(Func{T, TResult}, IEnumerable{T}, CallOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public ResultStream<T, TResult> Imap<T, TResult>(Func<T, CancellationToken, Task<TResult>> function, IEnumerable<T> items, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartImap<T, TResult>(function, items, options, isOrdered: true, cancellationToken);

    /// <summary>
    /// The same as <c>Imap</c>, but each result comes as soon as it is available, in any order. Python: <c>imap_unordered</c>.
    /// </summary>
    /// <inheritdoc cref="Imap{T, TResult}(Func{T, TResult}, IEnumerable{T}, CallOptions?, CancellationToken)"/>
    public ResultStream<T, TResult> ImapUnordered<T, TResult>(Func<T, TResult> function, IEnumerable<T> items, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartImap<T, TResult>(function, items, options, isOrdered: false, cancellationToken);

    /// <inheritdoc cref="ImapUnordered{T, TResult}(Func{T, TResult}, IEnumerable{T}, CallOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public ResultStream<T, TResult> ImapUnordered<T, TResult>(Func<T, Task<TResult>> function, IEnumerable<T> items, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartImap<T, TResult>(function, items, options, isOrdered: false, cancellationToken);

    /// <inheritdoc cref="ImapUnordered{T, TResult}(Func{T, TResult}, IEnumerable{T}, CallOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public ResultStream<T, TResult> ImapUnordered<T, TResult>(Func<T, CancellationToken, Task<TResult>> function, IEnumerable<T> items, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        StartImap<T, TResult>(function, items, options, isOrdered: false, cancellationToken);
}
