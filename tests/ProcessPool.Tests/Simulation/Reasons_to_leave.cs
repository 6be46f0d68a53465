using ProcessPool.Scheduling;

namespace ProcessPool.Tests.Simulation;

/// <summary>Compares the table of the reasons for which workers leave, in the code, with docs/failures.md.</summary>
internal sealed class Reasons_to_leave
{
    [Test]
    public void Stand_in_the_docs_as_they_stand_in_the_code()
    {
        var table = string.Join('\n', (string[])
        [
            "| a worker leaves because | `LeaveReason` | it is | items not begun | the item that it runs | afterwards |",
            "|---|---|---|---|---|---|",
            .. Leaving.Table.Select(Describe),
        ]);
        TestContext.Out.WriteLine(table);
        var page = Path.Combine(TestContext.CurrentContext.TestDirectory, "../../../../../docs/failures.md");
        Assert.That(File.ReadAllText(page).ReplaceLineEndings("\n").Contains(table, StringComparison.Ordinal), Is.True, "The table above is not in docs/failures.md.");
    }

    [Test]
    public void Stand_in_the_table_in_the_order_of_their_numbers() =>
        Assert.That(Leaving.Table.Select(static row => row.Reason), Is.EqualTo(Enum.GetValues<LeaveReason>()));

    [Test]
    public void The_first_counts_and_the_first_to_kill_counts_besides([Values] LeaveReason first, [Values] LeaveReason second)
    {
        var lane = new SimulatedWorker(new SimulatedPool(0), 0, hasPage: true).Lane;
        lane.BecomeReady(1);
        Assert.That(lane.TryLeave(first), Is.True);
        var isKilled = Leaving.Of(first).Manner == Manner.Kill;
        var isToBeKilled = Leaving.Of(second).Manner == Manner.Kill;
        Assert.That(lane.TryLeave(second), Is.EqualTo(!isKilled && isToBeKilled));
        Assert.That(lane.LeftFor, Is.EqualTo(first));
        Assert.That(lane.KilledFor, Is.EqualTo(isKilled ? first : isToBeKilled ? second : (LeaveReason?)null));
        Assert.That(lane.State, Is.EqualTo(LaneState.Leaving));
        lane.BecomeGone();
        Assert.That(lane.TryLeave(second), Is.False);
        Assert.That(lane.State, Is.EqualTo(LaneState.Gone));
    }

    private static string Describe(Leaving row) => $"| {WordsOf(row.Reason)} | `{row.Reason}` | {WordsOf(row.Manner)} | {WordsOf(row.NotBegun)} | {WordsOf(row.Running)} | {WordsOf(row.Afterwards)} |";

    private static string WordsOf(LeaveReason reason) => reason switch
    {
        LeaveReason.Died => "it crashed, was killed from outside, or broke the protocol",
        LeaveReason.Closing => "the pool is closed and its calls have ended",
        LeaveReason.Recycled => "it has run `RecycleAfter` items",
        LeaveReason.TooOld => "it has lived for `RecycleAfterAge`",
        LeaveReason.Grown => "it takes more memory than `RecycleAboveMemory`",
        LeaveReason.HeapExhausted => "an item found no more memory within `MaxWorkerMemory`",
        LeaveReason.Surplus => "`Resize` asked for fewer workers",
        LeaveReason.Idle => "it had nothing to do for `IdleTimeout`",
        LeaveReason.CallStopped => "it runs an item of a call that was stopped, `KillDelay` ago",
        LeaveReason.ItemLate => "it runs an item that exceeded `ItemTimeout`, `KillDelay` ago",
        LeaveReason.Stalled => "it begins none of its items, which have an `ItemTimeout`",
        LeaveReason.OverMemory => "it takes more memory than `MaxWorkerMemory`",
        LeaveReason.NotStarted => "it did not start in time, its initializer failed, or it is too large",
        LeaveReason.SlowToEnd => "it was asked to end, `ShutdownTimeout` ago",
        LeaveReason.Terminated => "of `Terminate`",
        _ => throw new ArgumentOutOfRangeException(nameof(reason)),
    };

    private static string WordsOf(Manner manner) => manner switch
    {
        Manner.Gone => "gone already",
        Manner.AskWhenEmpty => "asked to end when it has no items",
        Manner.Kill => "killed",
        _ => throw new ArgumentOutOfRangeException(nameof(manner)),
    };

    private static string WordsOf(NotBegun items) => items switch
    {
        NotBegun.None => "there are none",
        NotBegun.GoElsewhere => "run in other workers",
        NotBegun.EndWithTheirCall => "end with their call",
        _ => throw new ArgumentOutOfRangeException(nameof(items)),
    };

    private static string WordsOf(FateOfRunning item) => item switch
    {
        FateOfRunning.None => "there is none",
        FateOfRunning.Finishes => "finishes",
        FateOfRunning.EndsWithItsCall => "ends with its call",
        FateOfRunning.TimedOut => "`ItemTimeoutException`",
        FateOfRunning.OutOfMemory => "`WorkerMemoryException`",
        FateOfRunning.WorkerDied => "`WorkerDiedException`, or it is retried",
        _ => throw new ArgumentOutOfRangeException(nameof(item)),
    };

    private static string WordsOf(Afterwards afterwards) => afterwards switch
    {
        Afterwards.Restart => "another is started at once",
        Afterwards.RestartWithPause => "another is started, after a pause if it did nothing",
        Afterwards.RestUntilThereIsWork => "none is started until there is work",
        Afterwards.RestUntilWanted => "none is started until `Resize` asks for more",
        Afterwards.End => "none is started any more",
        Afterwards.AsForTheFirstReason => "what the first reason says",
        _ => throw new ArgumentOutOfRangeException(nameof(afterwards)),
    };
}
