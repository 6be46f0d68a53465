namespace ProcessPool;

/// <summary>The results of <c>Imap</c> or <c>ImapUnordered</c>. Each enumeration starts a new call.</summary>
/// <typeparam name="T">What the function takes.</typeparam>
/// <typeparam name="TResult">What the function returns.</typeparam>
public abstract class ResultStream<T, TResult> : IAsyncEnumerable<TResult>
{
    private protected ResultStream()
    {
    }

    /// <summary>
    /// The results with failures among them: each item's input, its value or exception, the worker that ran it, the attempt, and
    /// the duration. Failed items do not throw.
    /// </summary>
    public abstract IAsyncEnumerable<Outcome<T, TResult>> Outcomes();

    /// <inheritdoc/>
    public abstract IAsyncEnumerator<TResult> GetAsyncEnumerator(CancellationToken cancellationToken = default);
}
