namespace ProcessPool.Coordinator.Reporting;

/// <summary>Shows nothing.</summary>
internal sealed class NoProgress : IProgressView
{
    /// <inheritdoc/>
    public Task<TResult> ShowAsync<TResult>(string title, int total, Func<Counter, Task<TResult>> run) =>
        run(new Counter(total, TimeProvider.System));
}
