namespace ProcessPool.Jobs;

/// <summary>The results of an Imap call; the call starts when they are enumerated, each time anew.</summary>
internal sealed class ImapStream<T, TResult>(Func<CancellationToken, ImapJob<T, TResult>> start) : IAsyncEnumerable<TResult>
{
    public IAsyncEnumerator<TResult> GetAsyncEnumerator(CancellationToken cancellationToken = default) => start(cancellationToken);
}
