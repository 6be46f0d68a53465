namespace ProcessPool.Coordinator.Reporting;

/// <summary>Shows on standard error how far a run is.</summary>
internal interface IProgressView
{
    /// <summary>Shows the progress of a run while it goes on.</summary>
    /// <param name="title">What runs.</param>
    /// <param name="total">Of how many items.</param>
    /// <param name="run">Runs it, and reports to the counter.</param>
    Task<TResult> ShowAsync<TResult>(string title, int total, Func<Counter, Task<TResult>> run);
}
