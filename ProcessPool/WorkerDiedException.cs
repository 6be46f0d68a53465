using System.Globalization;

namespace ProcessPool;

/// <summary>The worker that ran an item died. Only that item fails; the worker is replaced.</summary>
public sealed class WorkerDiedException : PoolException
{
    internal WorkerDiedException(
        long item, int workerId, int processId, int? exitCode, string cause, int attempt, bool wasBegun, ItemPhase? phase, TimeSpan? ranFor, IReadOnlyList<string> lastLines)
        : base(Describe(item, workerId, processId, cause, attempt, wasBegun, phase, ranFor, lastLines))
    {
        Item = item;
        WorkerId = workerId;
        ProcessId = processId;
        ExitCode = exitCode;
        Cause = cause;
        Attempt = attempt;
        Phase = phase;
        RanFor = ranFor;
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

    /// <summary>What the worker was doing with the item; null if that is not known, or if it died before it began the item.</summary>
    public ItemPhase? Phase { get; }

    /// <summary>How long the item had run, to some milliseconds; null if that is not known.</summary>
    public TimeSpan? RanFor { get; }

    /// <summary>The last lines that the worker wrote to its standard error, oldest first; at most 20.</summary>
    public IReadOnlyList<string> LastErrorLines { get; }

    /// <summary>It was killed because the call was stopped: nothing went wrong with the item.</summary>
    internal bool IsConsequence { get; init; }

    private static string Describe(
        long item, int workerId, int processId, string cause, int attempt, bool wasBegun, ItemPhase? phase, TimeSpan? ranFor, IReadOnlyList<string> lastLines)
    {
        var doing = phase switch
        {
            _ when !wasBegun => "before it began the item",
            ItemPhase.ReadingArgument => "while it read the item's argument",
            ItemPhase.WritingResult => "while it wrote the item's result",
            _ => "while it ran the item",
        };
        var after = ranFor is { } time ? string.Create(CultureInfo.InvariantCulture, $", after {time.TotalSeconds:0.###} s") : "";
        var again = attempt > 1 ? $", at attempt {attempt}" : "";
        var message = $"Item {item} failed: worker {workerId} (process {processId}) {cause} {doing}{after}{again}. Only this item is lost; the worker was replaced.";
        return lastLines.Count == 0 ? message : $"{message} Its last lines on stderr:\n  {string.Join("\n  ", lastLines)}";
    }
}
