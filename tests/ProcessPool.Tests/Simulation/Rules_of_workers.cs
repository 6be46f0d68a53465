using ProcessPool.Scheduling;

namespace ProcessPool.Tests.Simulation;

/// <summary>Single rules about workers, their starts and their ends, each tested step by step.</summary>
internal sealed class Rules_of_workers
{
    [TestCase(LeaveReason.TooOld)]
    [TestCase(LeaveReason.Grown)]
    [TestCase(LeaveReason.HeapExhausted)]
    [TestCase(LeaveReason.Surplus)]
    public void A_worker_that_is_to_be_replaced_finishes_its_item_and_what_waits_behind_it_goes_elsewhere(LeaveReason reason)
    {
        var stage = new Stage(new PoolOptions { Workers = 2 });
        var call = stage.Start(20, new CallOptions { ChunkSize = 5 });
        stage.WorkerOf(1).Begin();
        stage.Pool.Scheduler.Leave(stage.WorkerOf(1).Lane, reason);
        var lane = stage.WorkerOf(1).Lane;
        Assert.That((lane.LeftFor, lane.State, lane.Items.Count), Is.EqualTo((reason, LaneState.Leaving, 1)));
        Assert.That((stage.WorkerOf(1).WasKilled, stage.WorkerOf(1).WasAsked), Is.EqualTo((false, false)));
        stage.WorkerOf(1).Finish(fails: false);
        stage.WorkerOf(1).Read(1);
        Assert.That((stage.WorkerOf(1).WasKilled, stage.WorkerOf(1).WasAsked), Is.EqualTo((false, true)));
        stage.RunToTheEnd();
        Assert.That((call.HasEnded, call.Fates.Values.Distinct().Single()), Is.EqualTo((true, "result")));
    }

    [Test]
    public void A_worker_that_begins_nothing_of_what_has_a_time_limit_is_killed_and_loses_nothing()
    {
        var stage = new Stage(new PoolOptions { Workers = 1, ItemTimeout = TimeSpan.FromSeconds(1) });
        var call = stage.Start(1);
        stage.Pass(TimeSpan.FromSeconds(2.9));
        Assert.That(stage.WorkerOf(0).WasKilled, Is.False);
        stage.Pass(TimeSpan.FromSeconds(1.2));
        Assert.That(stage.WorkerOf(0).Lane.KilledFor, Is.EqualTo(LeaveReason.Stalled));
        stage.Die(0);
        stage.RunToTheEnd();
        Assert.That(call.Fates[0], Is.EqualTo("result"));
    }

    [Test]
    public void Terminating_kills_whatever_runs_and_ends_all_calls()
    {
        var stage = new Stage(new PoolOptions { Workers = 2 });
        var call = stage.Start(10, new CallOptions { ChunkSize = 5 });
        stage.WorkerOf(0).Begin();
        stage.Pool.Scheduler.Terminate();
        Assert.That(stage.Pool.Places.Select(static place => place.Worker!.Lane.KilledFor), Is.All.EqualTo(LeaveReason.Terminated));
        stage.Bury(0);
        stage.Bury(1);
        Assert.That((call.HasEnded, call.StopReason is PoolTerminatedException), Is.EqualTo((true, true)));
        foreach (var place in stage.Pool.Places) place.Step();
        Assert.That(stage.Pool.Places.Select(static place => place.HasEnded), Is.All.True);
    }

    [Test]
    public void A_worker_that_does_not_start_in_time_is_killed_and_another_is_started_after_a_pause()
    {
        var pool = new SimulatedPool(new PoolOptions { Workers = 1 });
        pool.Places[0].Step();
        var worker = pool.Places[0].Worker!;
        pool.Time.Advance(TimeSpan.FromSeconds(61));
        pool.Tick();
        Assert.That((worker.WasKilled, worker.Lane.KilledFor), Is.EqualTo((true, LeaveReason.NotStarted)));
        pool.Places[0].Step();
        pool.Places[0].Step();
        Assert.That(pool.Places[0].WaitsUntil, Is.Not.Null);
        pool.Time.AdvanceTo(pool.Places[0].WaitsUntil!.Value);
        pool.Places[0].Step();
        Assert.That(pool.Places[0].Worker, Is.Not.Null.And.Not.SameAs(worker));
    }

    [Test]
    public void A_worker_is_told_of_memory_that_was_released_while_it_started()
    {
        var pool = new SimulatedPool(new PoolOptions { Workers = 1 });
        pool.Places[0].Step();
        pool.Scheduler.ReleaseMemory(7);
        Assert.That(pool.Places[0].Worker!.Released, Is.Empty);
        for (var i = 0; i < 3; i++) pool.Places[0].Step();
        pool.Scheduler.ReleaseMemory(8);
        Assert.That(pool.Places[0].Worker!.Released, Is.EqualTo((long[])[7, 8]));
    }

    [Test]
    public void A_worker_that_took_too_long_to_start_is_killed_also_if_the_alarm_is_late()
    {
        var pool = new SimulatedPool(new PoolOptions { Workers = 1 });
        pool.Places[0].Step();
        var worker = pool.Places[0].Worker!;
        pool.Time.Advance(TimeSpan.FromSeconds(61));
        Assert.That(pool.Scheduler.EndStep(worker.Lane), Is.False);
        Assert.That((worker.WasKilled, worker.Lane.KilledFor), Is.EqualTo((true, LeaveReason.NotStarted)));
    }

    [Test]
    public void A_worker_whose_report_is_not_read_yet_has_not_stalled()
    {
        var stage = new Stage(new PoolOptions { Workers = 1, ItemTimeout = TimeSpan.FromSeconds(1) });
        stage.Start(1);
        stage.WorkerOf(0).Begin();
        stage.WorkerOf(0).Finish(fails: false);
        stage.Pass(TimeSpan.FromSeconds(20));
        Assert.That((stage.WorkerOf(0).WasKilled, stage.WorkerOf(0).Lane.State), Is.EqualTo((false, LaneState.Ready)));
    }

    [Test]
    public void A_worker_that_is_busy_for_long_is_not_idle()
    {
        var stage = new Stage(new PoolOptions { Workers = 1, IdleTimeout = TimeSpan.FromSeconds(1) });
        stage.Start(1);
        stage.WorkerOf(0).Begin();
        stage.Pass(TimeSpan.FromSeconds(20));
        Assert.That(stage.WorkerOf(0).Lane.State, Is.EqualTo(LaneState.Ready));
    }

    [Test]
    public void Workers_are_told_of_calls_that_have_ended_with_the_next_one()
    {
        var stage = new Stage(new PoolOptions { Workers = 1 });
        stage.Start(1);
        stage.RunToTheEnd();
        Assert.That(stage.WorkerOf(0).KnownCalls, Has.Count.EqualTo(1));
        var second = stage.Start(1);
        Assert.That(stage.WorkerOf(0).KnownCalls, Is.EqualTo((long[])[second.Call.Id]));
    }

    [Test]
    public void Starts_that_fail_are_no_reason_to_give_up_while_a_worker_runs()
    {
        var pool = new SimulatedPool(new PoolOptions { Workers = 2 });
        foreach (var place in (int[])[0, 1, 0, 1]) pool.Scheduler.StartFailed(place, null, new WorkerStartException("no process"));
        pool.Time.Advance(TimeSpan.FromSeconds(1));
        for (var i = 0; i < 3; i++) pool.Places[0].Step();
        Assert.That(pool.Places[0].Worker!.Lane.State, Is.EqualTo(LaneState.Ready));
        for (var i = 0; i < 10; i++) pool.Scheduler.StartFailed(1, null, new WorkerStartException("no process"));
        Assert.That(pool.Scheduler.CheckOpen, Throws.Nothing);
        pool.Places[0].Worker!.Die();
        pool.Places[0].Bury();
        pool.Scheduler.StartFailed(0, null, new WorkerStartException("no process"));
        Assert.That(pool.Scheduler.CheckOpen, Throws.InstanceOf<WorkerStartException>());
    }

    [Test]
    public void A_worker_that_does_not_end_when_it_is_asked_to_is_killed()
    {
        var stage = new Stage(new PoolOptions { Workers = 1, ShutdownTimeout = TimeSpan.FromSeconds(3) });
        stage.Pool.Scheduler.Close();
        Assert.That((stage.WorkerOf(0).WasAsked, stage.WorkerOf(0).WasKilled), Is.EqualTo((true, false)));
        stage.Pass(TimeSpan.FromSeconds(2.9));
        Assert.That(stage.WorkerOf(0).WasKilled, Is.False);
        stage.Pass(TimeSpan.FromSeconds(0.2));
        Assert.That(stage.WorkerOf(0).Lane is { LeftFor: LeaveReason.Closing, KilledFor: LeaveReason.SlowToEnd }, Is.True);
    }

    [Test]
    public void A_worker_without_work_ends_after_its_time_and_comes_back_for_work()
    {
        var stage = new Stage(new PoolOptions { Workers = 1, IdleTimeout = TimeSpan.FromSeconds(5) });
        stage.Pass(TimeSpan.FromSeconds(4));
        Assert.That(stage.WorkerOf(0).WasAsked, Is.False);
        stage.Pass(TimeSpan.FromSeconds(1.1));
        Assert.That(stage.WorkerOf(0).Lane.LeftFor, Is.EqualTo(LeaveReason.Idle));
        stage.Die(0);
        Assert.That(stage.Pool.Places[0].Worker, Is.Null);
        var call = stage.Start(1);
        stage.RunToTheEnd();
        Assert.That(call.HasEnded, Is.True);
    }

    [Test]
    public void A_worker_that_rests_comes_back_for_an_input_that_no_other_has_room_for()
    {
        var stage = new Stage(new PoolOptions { Workers = 2, IdleTimeout = TimeSpan.FromSeconds(1) });
        var call = stage.Start(100, isStream: true);
        stage.Pool.AddInput(call);
        stage.Pool.AddInput(call);
        foreach (var place in (int[])[0, 1]) stage.WorkerOf(place).Begin();
        End(1);
        stage.Pass(TimeSpan.FromSeconds(1.1));
        stage.Die(1);
        End(0);
        stage.Pool.AddInput(call);
        stage.WorkerOf(0).Begin();
        Assert.That(stage.Pool.Places[1].Worker, Is.Null, "the third input has a worker");
        stage.Pool.AddInput(call);
        for (var i = 0; i < 3; i++) stage.Pool.Places[1].Step();
        Assert.That(stage.WorkerOf(1).HasItems, Is.True);

        void End(int place)
        {
            stage.WorkerOf(place).Finish(fails: false);
            stage.WorkerOf(place).Read(1);
        }
    }

    [Test]
    public void The_pause_before_a_start_grows_with_each_process_that_comes_to_nothing_and_starts_anew_when_one_does_something()
    {
        var stage = new Stage(new PoolOptions { Workers = 1 });
        TimeSpan[] pauses = [Pause(), Pause(), Pause()];
        Assert.That(pauses, Is.EqualTo((TimeSpan[])[TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(40)]).Within(TimeSpan.FromMilliseconds(1)));
        stage.Start(1);
        stage.WorkerOf(0).Begin();
        stage.Bury(0);
        stage.Pool.Places[0].Step();
        Assert.That(stage.Pool.Places[0].Worker, Is.Not.Null, "it had begun an item");

        TimeSpan Pause()
        {
            var before = stage.Time.Now;
            stage.Die(0);
            return stage.Time.GetElapsedTime(before);
        }
    }

    [TestCase(LeaveReason.Died, true)]
    [TestCase(LeaveReason.TooOld, true)]
    [TestCase(LeaveReason.Grown, true)]
    [TestCase(LeaveReason.HeapExhausted, true)]
    [TestCase(LeaveReason.Surplus, true, Description = "Resize has not asked for fewer here")]
    [TestCase(LeaveReason.Idle, false)]
    [TestCase(LeaveReason.CallStopped, true)]
    [TestCase(LeaveReason.ItemLate, true)]
    [TestCase(LeaveReason.Stalled, true)]
    [TestCase(LeaveReason.OverMemory, true)]
    public void What_is_told_to_follow_the_end_of_a_worker_follows(LeaveReason reason, bool isReplaced)
    {
        var stage = new Stage(new PoolOptions { Workers = 2, IdleTimeout = TimeSpan.FromDays(1) });
        if (reason != LeaveReason.Died) stage.Pool.Scheduler.Leave(stage.WorkerOf(1).Lane, reason);
        stage.Bury(1);
        Assert.That(stage.Pool.Scheduler.WillStart(1), Is.EqualTo(isReplaced));
        stage.Time.Advance(TimeSpan.FromSeconds(1));
        for (var i = 0; i < 3; i++) stage.Pool.Places[1].Step();
        Assert.That(stage.Pool.Places[1].Worker is not null, Is.EqualTo(isReplaced));
    }

    [Test]
    public void The_item_that_a_dead_worker_ran_is_told_whatever_becomes_of_it([Values] bool hasPage, [Values(1, 2)] int maxAttempts)
    {
        var stage = new Stage(new PoolOptions { Workers = 1, UseStatusPage = hasPage, MaxAttempts = maxAttempts });
        var call = stage.Start(5, new CallOptions { ChunkSize = 5 });
        stage.WorkerOf(0).Begin();
        stage.WorkerOf(0).Die();
        var lane = stage.WorkerOf(0).Lane;
        Assert.That(stage.Pool.Scheduler.Died(lane) is { Item: 0, WorkerId: 0 } item && item.Call == call.Call.Id, Is.True);
    }

    [Test]
    public void An_idle_worker_that_dies_ran_nothing()
    {
        var stage = new Stage(new PoolOptions { Workers = 1 });
        stage.WorkerOf(0).Die();
        Assert.That(stage.Pool.Scheduler.Died(stage.WorkerOf(0).Lane), Is.Null);
    }
}
