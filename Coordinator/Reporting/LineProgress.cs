namespace ProcessPool.Coordinator.Reporting;

/// <summary>Writes a line at each tenth of a run, for logs, but at most one a second.</summary>
internal sealed class LineProgress(Action<string> writeLine, TimeProvider time) : IProgressView
{
    private const int Steps = 10;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public async Task<TResult> ShowAsync<TResult>(string title, int total, Func<Counter, Task<TResult>> run)
    {
        int step = 0;
        TimeSpan last = TimeSpan.Zero;
        var counter = new Counter(total, time, counter =>
        {
            int reached = (int)((long)counter.Done * Steps / total);
            if (reached == step || counter.Done == total || counter.Elapsed - last < Pause)
                return;
            (step, last) = (reached, counter.Elapsed);
            writeLine($"{title}: {counter.Done} of {total} ({(long)counter.Done * 100 / total} %), {counter.Pace}");
        });
        try
        {
            return await run(counter);
        }
        finally
        {
            counter.Stop();
        }
    }
}
