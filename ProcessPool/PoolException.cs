namespace ProcessPool;

/// <summary>What the pool itself reports, as opposed to what a task threw.</summary>
public abstract class PoolException : Exception
{
    private protected PoolException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}

/// <summary>The worker that ran an item died. Only that item fails; the worker is replaced.</summary>
public sealed class WorkerDiedException : PoolException
{
    internal WorkerDiedException(long item, int workerId, int processId, int? exitCode, string cause, int attempt, IReadOnlyList<string> lastLines)
        : base(Describe(item, workerId, processId, cause, attempt, lastLines))
    {
        Item = item;
        WorkerId = workerId;
        ProcessId = processId;
        ExitCode = exitCode;
        Cause = cause;
        Attempt = attempt;
        LastErrorLines = lastLines;
    }

    /// <summary>The index of the item in its call.</summary>
    public long Item { get; }

    /// <summary>The worker's number in its pool, from 0.</summary>
    public int WorkerId { get; }

    /// <summary>The process id that the worker had.</summary>
    public int ProcessId { get; }

    /// <summary>The exit code, or 128 and the number of the signal; null if the process could not be waited for.</summary>
    public int? ExitCode { get; }

    /// <summary>What happened, in words: <c>was killed by SIGKILL</c>, <c>called Environment.Exit(3)</c>.</summary>
    public string Cause { get; }

    /// <summary>Which attempt this was, from 1; see <see cref="PoolOptions.MaxAttempts"/>.</summary>
    public int Attempt { get; }

    /// <summary>The last lines that the worker wrote to its standard error, oldest first; at most 20.</summary>
    public IReadOnlyList<string> LastErrorLines { get; }

    private static string Describe(long item, int workerId, int processId, string cause, int attempt, IReadOnlyList<string> lastLines)
    {
        var message = $"Item {item} failed: worker {workerId} (process {processId}) {cause} while it ran the item{(attempt > 1 ? $", at attempt {attempt}" : "")}. Only this item is lost; the worker was replaced.";
        return lastLines.Count == 0 ? message : $"{message} Its last lines on stderr:\n  {string.Join("\n  ", lastLines)}";
    }
}

/// <summary>
/// No worker process could be started, or be initialized. <see cref="Exception.InnerException"/> is what
/// <see cref="PoolOptions.Initializer"/> has thrown, if it has thrown.
/// </summary>
public sealed class WorkerStartException : PoolException
{
    internal WorkerStartException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    /// <summary>Whether trying again would most likely end in the same way.</summary>
    internal bool IsLasting { get; init; }

    /// <summary>The same for another call: an exception that is thrown twice would gather the stack traces of both.</summary>
    internal WorkerStartException Again() => new(Message, InnerException);
}

/// <summary>The pool was terminated while the call was under way.</summary>
public sealed class PoolTerminatedException : PoolException
{
    internal PoolTerminatedException()
        : base("The pool was terminated before the call was done.")
    {
    }
}
