using System.Globalization;

namespace ProcessPool;

/// <summary>The worker that ran an item died. Only that item fails; the worker is replaced.</summary>
public class WorkerDiedException : PoolException
{
    internal WorkerDiedException(in LostItem lost)
        : this(lost, Describe(lost))
    {
    }

    private protected WorkerDiedException(in LostItem lost, string message)
        : base(message)
    {
        (Item, WorkerId, WorkerProcessId) = (lost.Item, lost.WorkerId, lost.ProcessId);
        ExitCode = lost.ExitCode;
        Cause = lost.Cause;
        Attempt = lost.Attempt;
        Phase = lost.Phase;
        RanFor = lost.RanFor;
        LastErrorLines = lost.LastLines;
    }

    /// <summary>The exit code, or 128 and the number of the signal; null if the process could not be waited for.</summary>
    public int? ExitCode { get; }

    /// <summary>What happened, in words: <c>was killed by SIGKILL</c>, <c>called Environment.Exit(3)</c>.</summary>
    public string Cause { get; }

    /// <summary>
    /// Which attempt this was, from 1. Deaths of workers that had not begun the item count too, see
    /// <see cref="PoolOptions.MaxAttempts"/>.
    /// </summary>
    public int Attempt { get; }

    /// <summary>
    /// What the worker was doing with the item; null if that is not known, or if it died before it began the item.
    /// </summary>
    public ItemPhase? Phase { get; }

    /// <summary>How long the item had run, accurate to a few milliseconds; null if that is not known.</summary>
    public TimeSpan? RanFor { get; }

    /// <summary>The last lines that the worker wrote to its standard error, oldest first; at most 20.</summary>
    public IReadOnlyList<string> LastErrorLines { get; }

    /// <summary>The worker was killed because the call was stopped: the item itself did nothing wrong.</summary>
    internal bool IsConsequence { get; init; }

    private static string Describe(in LostItem lost)
    {
        var doing = lost.Phase switch
        {
            _ when !lost.WasBegun => "before it began the item",
            ItemPhase.ReadingArgument => "while it read the item's argument",
            ItemPhase.WritingResult => "while it wrote the item's result",
            _ => "while it ran the item",
        };
        var after = lost.RanFor is { } time ? string.Create(CultureInfo.InvariantCulture, $", after {time.TotalSeconds:0.###} s") : "";
        var again = lost.Attempt > 1 ? $", on attempt {lost.Attempt}" : "";
        var message = $"Item {lost.Item} failed: worker {lost.WorkerId} (process {lost.ProcessId}) {lost.Cause} {doing}{after}{again}. Only this item is lost; the worker was replaced.";
        return lost.LastLines.Count == 0 ? message : $"{message} Its last lines on stderr:\n  {string.Join("\n  ", lost.LastLines)}";
    }
}

/// <summary>An item that was lost with its worker, for messages.</summary>
/// <param name="Item">Its index in the call.</param>
/// <param name="WorkerId">The worker's number in its pool.</param>
/// <param name="ProcessId">The process id that the worker had.</param>
/// <param name="ExitCode">How the process ended, if that is known.</param>
/// <param name="Cause">What happened to the worker, in words.</param>
/// <param name="Attempt">Which attempt it was, from 1.</param>
/// <param name="WasBegun">Whether the worker had begun the item.</param>
/// <param name="Phase">What the worker was doing with it, if that is known.</param>
/// <param name="RanFor">How long it had run, if that is known.</param>
/// <param name="LastLines">What the worker wrote to its stderr last.</param>
internal readonly record struct LostItem(
    long Item, int WorkerId, int ProcessId, int? ExitCode, string Cause, int Attempt, bool WasBegun, ItemPhase? Phase, TimeSpan? RanFor, IReadOnlyList<string> LastLines);
