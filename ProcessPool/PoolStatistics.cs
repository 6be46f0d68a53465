using System.Globalization;
using System.Text;
using ProcessPool.Scheduling;

namespace ProcessPool;

/// <summary>
/// A snapshot of what a pool is doing and has done so far, see <see cref="Pool.Statistics"/>. It prints as a table and can be
/// serialized.
/// </summary>
public sealed class PoolStatistics
{
    internal PoolStatistics(IReadOnlyList<WorkerStatistics> workers, ItemTimes? items, PoolActivity now)
    {
        (BusyWorkers, IdleWorkers, WaitingItems, RunningItems) = now;
        Workers = workers;
        ItemTimes = items;
        BytesSent = workers.Sum(worker => worker.BytesSent);
        BytesReceived = workers.Sum(worker => worker.BytesReceived);
        Items = workers.Sum(worker => worker.Items);
    }

    /// <summary>Each worker's part, in the order of their numbers. Includes the worker's earlier processes.</summary>
    public IReadOnlyList<WorkerStatistics> Workers { get; }

    /// <summary>How many items workers have reported.</summary>
    public long Items { get; }

    /// <summary>How long items took; null unless <see cref="PoolOptions.MeasureItems"/> is set.</summary>
    public ItemTimes? ItemTimes { get; }

    /// <summary>
    /// The bytes written to all workers: functions with their captured variables, arguments, and the frames around them.
    /// </summary>
    public long BytesSent { get; }

    /// <summary>The bytes read from all workers: results, printed lines, and the frames around them.</summary>
    public long BytesReceived { get; }

    /// <summary>How many workers have items.</summary>
    public int BusyWorkers { get; }

    /// <summary>
    /// How many workers are ready and have no items. Workers that are starting are neither busy nor idle.
    /// </summary>
    public int IdleWorkers { get; }

    /// <summary>
    /// How many items no worker has begun, including those that wait for a retry. Of the inputs of a stream (<c>Imap</c>), only
    /// those that it has taken count.
    /// </summary>
    public long WaitingItems { get; }

    /// <summary>The items that run, in the order of their workers.</summary>
    public IReadOnlyList<RunningItem> RunningItems { get; }

    /// <summary>
    /// A table with one line per worker, then how long items took, if that was measured, then what runs and waits, if anything does.
    /// </summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        var culture = CultureInfo.InvariantCulture;
        text.Append("worker       items  processes   starting  initializing    waiting    working        sent    received");
        foreach (var worker in Workers)
        {
            text.AppendLine().Append(
                culture,
                $"{worker.WorkerId,6} {worker.Items,11:N0} {worker.Processes,10:N0} {Seconds(worker.Starting),10} {Seconds(worker.Initializing),13} {Seconds(worker.Waiting),10} {Seconds(worker.Working),10} {Mebibytes(worker.BytesSent),11} {Mebibytes(worker.BytesReceived),11}");
        }

        if (ItemTimes is { Count: > 0 }) text.AppendLine().Append(ItemTimes);
        if (BusyWorkers > 0 || WaitingItems > 0)
            text.AppendLine().Append(culture, $"now: {BusyWorkers:N0} workers busy, {IdleWorkers:N0} idle, {WaitingItems:N0} items waiting");
        foreach (var item in RunningItems)
            text.AppendLine().Append(culture, $"worker {item.WorkerId} runs item {item.Item} of call {item.Call}, {item.Function}, for {Seconds(item.Duration)}");
        return text.ToString();
    }

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.000 s", CultureInfo.InvariantCulture);

    private static string Mebibytes(long bytes) => (bytes / (1024.0 * 1024.0)).ToString("0.00 MiB", CultureInfo.InvariantCulture);
}

/// <summary>One worker's part of <see cref="PoolStatistics"/>.</summary>
public sealed class WorkerStatistics
{
    internal WorkerStatistics()
    {
    }

    /// <summary>Its number in the pool, from 0.</summary>
    public int WorkerId { get; internal init; }

    /// <summary>How many items it has reported.</summary>
    public long Items { get; internal init; }

    /// <summary>How many processes this worker has had, the current one included.</summary>
    public int Processes { get; internal init; }

    /// <summary>How long its processes took to start, up to their first message.</summary>
    public TimeSpan Starting { get; internal init; }

    /// <summary>How long the initializer ran.</summary>
    public TimeSpan Initializing { get; internal init; }

    /// <summary>How long it had nothing to do.</summary>
    public TimeSpan Waiting { get; internal init; }

    /// <summary>How long it had items, including their transport to it and back.</summary>
    public TimeSpan Working { get; internal init; }

    /// <summary>The bytes written to it.</summary>
    public long BytesSent { get; internal init; }

    /// <summary>The bytes read from it.</summary>
    public long BytesReceived { get; internal init; }
}
