namespace ProcessPool.Coordinator.Reporting;

/// <summary>Shows the progress of runs on standard error.</summary>
internal interface IProgressView
{
    /// <summary>Executes a run, and shows its progress meanwhile.</summary>
    /// <param name="title">The name of the run.</param>
    /// <param name="total">The number of items.</param>
    /// <param name="run">Does the work, and reports progress to the counter.</param>
    Task<TResult> ShowAsync<TResult>(string title, int total, Func<Counter, Task<TResult>> run);
}
