namespace ProcessPool;

/// <summary>The results of <c>Imap</c> or <c>ImapUnordered</c>. The call starts when they are enumerated, each time anew.</summary>
/// <typeparam name="T">What the function takes.</typeparam>
/// <typeparam name="TResult">What the function returns.</typeparam>
public abstract class ResultStream<T, TResult> : IAsyncEnumerable<TResult>
{
    private protected ResultStream()
    {
    }

    /// <summary>
    /// The results as they are, failures too: each item's input, and its value or exception, with the worker that ran it, the attempt and how
    /// long it took. Nothing is thrown for an item.
    /// </summary>
    public abstract IAsyncEnumerable<Outcome<T, TResult>> Outcomes();

    /// <inheritdoc/>
    public abstract IAsyncEnumerator<TResult> GetAsyncEnumerator(CancellationToken cancellationToken = default);
}
