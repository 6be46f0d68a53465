namespace ProcessPool.Jobs;

/// <inheritdoc/>
/// <param name="start">Starts the call. Its first argument says whether failures are handed out as results.</param>
internal sealed class ImapStream<T, TResult>(Func<bool, CancellationToken, ImapJob<T, TResult>> start) : ResultStream<T, TResult>
{
    public override IAsyncEnumerable<Outcome<T, TResult>> Outcomes() => new OutcomeStream(start);

    public override IAsyncEnumerator<TResult> GetAsyncEnumerator(CancellationToken cancellationToken = default) => start(false, cancellationToken);

    private sealed class OutcomeStream(Func<bool, CancellationToken, ImapJob<T, TResult>> start) : IAsyncEnumerable<Outcome<T, TResult>>
    {
        public IAsyncEnumerator<Outcome<T, TResult>> GetAsyncEnumerator(CancellationToken cancellationToken = default) => start(true, cancellationToken);
    }
}
