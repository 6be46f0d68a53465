using ProcessPool.Jobs;
using ProcessPool.Memory;
using ProcessPool.Scheduling;
using ProcessPool.Workers;

namespace ProcessPool.Tests.Simulation;

/// <summary>
/// A worker without a process: the items that it was sent, the words of its status page, and its reports that were not read yet.
/// It acts only when the simulation tells it to.
/// </summary>
internal sealed class SimulatedWorker : IWorkerLink
{
    private readonly SimulatedPool _pool;
    private readonly StatusPage? _page;
    private readonly Queue<long> _waiting = [];
    private readonly Queue<Report> _reports = [];
    private readonly HashSet<long> _knownCalls = [];
    private long _begunAt;

    public SimulatedWorker(SimulatedPool pool, int id, bool hasPage)
    {
        _pool = pool;
        _page = hasPage ? new StatusPage() : null;
        Lane = new Lane(id, this, new ItemTable(_page), new WorkerBooks());
    }

    public Lane Lane { get; }

    /// <summary>The item that it runs, or -1.</summary>
    public long RunningItem { get; private set; } = -1;

    public bool WasKilled { get; private set; }

    /// <summary>The memory that it was told of.</summary>
    public List<long> Released { get; } = [];

    public bool WasAsked { get; private set; }

    /// <summary>The process has ended; the scheduler may not know yet.</summary>
    public bool IsDead { get; private set; }

    public bool HasItems => _waiting.Count > 0;

    public bool HasReports => _reports.Count > 0;

    /// <summary>The calls that it was told of, and not that they have ended.</summary>
    public IReadOnlyCollection<long> KnownCalls => _knownCalls;

    /// <summary>It was asked to give back this many items.</summary>
    public int AskedBack { get; private set; }

    public long Memory { get; set; }

    /// <summary>The items whose token has fired.</summary>
    public List<long> Cancelled { get; } = [];

    public bool DiedOfMemory => Lane.KilledFor == LeaveReason.OverMemory;

    public (long Sequence, TimeSpan Age, TimeSpan Waited)? Running =>
        _page is { RunningItem: >= 0 and var sequence } ? (sequence, _pool.Time.GetElapsedTime(_begunAt), WaitedForPrinter) : null;

    /// <summary>How long it has waited for the printer in total, and over the item that it runs.</summary>
    public TimeSpan WaitedForPrinter { get; set; }

    public (int Done, bool IsLarge) Send(in Dispatch dispatch)
    {
        var (job, first, count, withCall, endedCalls) = dispatch;
        foreach (var id in endedCalls) EndCall(id);
        _pool.Interleave();
        if (withCall) _knownCalls.Add(job.Call.Id);
        else if (!_knownCalls.Contains(job.Call.Id) && !IsDead) _pool.Fault($"worker {Lane.Id} is sent items of {job}, which it does not know");
        long[] keys = [.. Lane.Keys.AsSpan(0, count)];
        if (count > 1 && keys.Any(key => _pool.WasLost(job, key))) _pool.Fault($"worker {Lane.Id} is sent an item of {job} that killed a worker together with others");
        if (WasAsked && !WasKilled) _pool.Fault($"worker {Lane.Id} is sent items after it was asked to end");
        var done = 0;
        for (; done < count; done++)
        {
            if (((SimulatedCall)job).IsLarge && (count > 1 || !Lane.IsReserved)) return (done, true);
            if (_pool.Chance(300))
            {
                _pool.OnSettled(job, Lane.Keys[done]);
                _pool.Scheduler.Refused(Lane, first + done, new InvalidOperationException("cannot be encoded"));
            }
            else
            {
                _waiting.Enqueue(first + done);
            }

            if (_pool.Chance(50) && done + 1 < count) return (done + 1, false);
        }

        _pool.Interleave();
        return (done, false);
    }

    public void EndCalls(IReadOnlyList<long> calls)
    {
        foreach (var id in calls) EndCall(id);
    }

    public void Cancel(long sequence, bool askBack)
    {
        if (askBack) AskedBack = int.MaxValue;
        Cancelled.Add(sequence);
        _pool.Interleave();
    }

    public void AskBack(int count)
    {
        AskedBack = Math.Max(AskedBack, count);
        _pool.Interleave();
    }

    public void ReleaseMemory(long id)
    {
        if (!Lane.IsGreeted) _pool.Fault($"worker {Lane.Id} hears of memory before it was greeted");
        Released.Add(id);
    }

    public void Shutdown()
    {
        if (WasAsked) _pool.Fault($"worker {Lane.Id} is asked to end twice");
        if (!Lane.IsGreeted) _pool.Fault($"worker {Lane.Id} is asked to end before it was greeted");
        if (!IsDead && RunningItem >= 0) _pool.Fault($"worker {Lane.Id} is asked to end while it runs an item");
        WasAsked = true;
        _pool.Interleave();
    }

    public void Kill()
    {
        WasKilled = true;
        _pool.Interleave();
    }

    public long? LookAtMemory() => Memory;

    public long? LookAtMemoryNowAndThen() => _pool.Chance(3) ? Memory : null;

    public TimeSpan? RanFor(long sequence) => null;

    public Exception Blame(Job job, long sequence, bool wasBegun, long item, in ItemRun run)
    {
        _pool.OnLost(this, job, sequence, wasBegun, run);
        return new InvalidOperationException($"lost at attempt {run.Attempt}, {(wasBegun ? "while it ran" : "before it was begun")}");
    }

    public WorkerStartException DescribeEarlyDeath() => new("they die early");

    /// <summary>Begins the next item that was not taken back.</summary>
    public void Begin()
    {
        var sequence = _waiting.Dequeue();
        if (_page is not null)
        {
            _page.RunningItem = sequence;
            if (!_page.TryClaim(sequence))
            {
                _page.RunningItem = -1;
                return;
            }
        }

        RunningItem = sequence;
        _begunAt = _pool.Time.Now;
        _pool.OnBegun(this, sequence);
    }

    /// <summary>Ends the item that it runs.</summary>
    public void Finish(bool fails)
    {
        _reports.Enqueue(new Report(RunningItem, fails));
        if (_page is not null) _page.RunningItem = -1;
        RunningItem = -1;
    }

    /// <summary>Gives back what it was asked for, from the end, where there is no page.</summary>
    public void GiveBack()
    {
        var all = _waiting.ToList();
        var back = all.TakeLast(Math.Min(all.Count, AskedBack)).Reverse().ToList();
        _waiting.Clear();
        foreach (var sequence in all.Except(back)) _waiting.Enqueue(sequence);
        AskedBack = 0;
        _pool.Scheduler.Revoked(Lane, back);
    }

    /// <summary>The thread that reads from it reads some of what it has reported.</summary>
    /// <param name="most">How many reports at most.</param>
    public void Read(int most)
    {
        var batch = new Batch();
        while (most-- > 0 && _reports.TryDequeue(out var report))
        {
            if (!Lane.Items.TryReport(report.Sequence, out var job, out var key))
            {
                // Reported by a worker that is being killed for it, or twice.
                if (!report.IsDouble) _pool.Fault($"worker {Lane.Id} reports item {report.Sequence}, which was taken from it");
                continue;
            }

            if (_pool.Chance(100)) _reports.Enqueue(report with { IsDouble = true });
            var run = new ItemRun(Lane.Id, job.Items.AttemptsOf(key) + 1, TimeSpan.Zero);
            if (report.Sequence == Lane.LateItem) batch.AddFailure(job, key, new TimeoutException("late"), run);
            else if (report.Fails) batch.AddFailure(job, key, new InvalidOperationException("failed"), run);
            else ((SimulatedCall)job).Succeed(key);
            if (report.Fails && _pool.Chance(20)) batch.RanOutOfMemory = true;
            _pool.OnReported(job, key);
            batch.Add(job);
        }

        if (batch.Items == 0) return;
        _pool.Interleave();
        batch.Close();
        _pool.Scheduler.Reported(Lane, batch);
    }

    /// <summary>The process ends, whatever it runs.</summary>
    public void Die() => IsDead = true;

    /// <summary>The thread that reads from it has found the end of its pipe.</summary>
    public void Bury()
    {
        Lane.IsDoomed = true;
        _pool.Interleave();
        Read(int.MaxValue);
        if (RunningItem >= 0 && RunningItem != Lane.LateItem && !DiedOfMemory && Lane.Items.TryLookAt(RunningItem, out var job, out var key)) _pool.OnKilledBy(job, key);
        _pool.Scheduler.Died(Lane);
    }

    private void EndCall(long id) => _knownCalls.Remove(id);

    private readonly record struct Report(long Sequence, bool Fails, bool IsDouble = false);
}
