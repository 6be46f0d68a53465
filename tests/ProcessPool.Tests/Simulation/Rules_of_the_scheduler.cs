using ProcessPool.Scheduling;

namespace ProcessPool.Tests.Simulation;

/// <summary>Single rules, each played step by step.</summary>
internal sealed class Rules_of_the_scheduler
{
    [TestCase(1, 3)]
    [TestCase(2, 3)]
    [TestCase(3, 3)]
    [TestCase(100, 100)]
    public void An_item_may_be_lost_before_it_is_begun_as_often_as_its_call_says_and_thrice_in_any_case(int maxAttempts, int deaths)
    {
        var stage = new Stage(new PoolOptions { Workers = 1, MaxAttempts = maxAttempts });
        var call = stage.Start(1);
        for (var i = 1; i <= deaths; i++)
        {
            Assert.That(call.HasEnded, Is.False, $"after {i - 1} deaths");

            // A pool all of whose workers die before they begin anything gives up; these live long enough.
            stage.Time.Advance(TimeSpan.FromSeconds(11));
            stage.Die(0);
        }

        Assert.That(call.HasEnded, Is.True);
        Assert.That(call.Fates[0], Is.EqualTo($"lost at attempt {deaths}, before it was begun"));
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(100)]
    public void An_item_may_be_lost_while_it_runs_as_often_as_its_call_says(int maxAttempts)
    {
        var stage = new Stage(new PoolOptions { Workers = 1, MaxAttempts = maxAttempts });
        var call = stage.Start(1);
        for (var i = 1; i <= maxAttempts; i++)
        {
            Assert.That(call.HasEnded, Is.False, $"after {i - 1} deaths");
            stage.WorkerOf(0).Begin();
            stage.Die(0);
        }

        Assert.That(call.Fates[0], Is.EqualTo($"lost at attempt {maxAttempts}, while it ran"));
    }

    [Test]
    public void Deaths_before_and_after_the_beginning_are_counted_together()
    {
        var stage = new Stage(new PoolOptions { Workers = 1, MaxAttempts = 3 });
        var call = stage.Start(1);
        stage.WorkerOf(0).Begin();
        stage.Die(0);
        stage.Die(0);
        Assert.That(call.HasEnded, Is.False);
        stage.WorkerOf(0).Begin();
        stage.Die(0);
        Assert.That(call.Fates[0], Is.EqualTo("lost at attempt 3, while it ran"));
    }

    [Test]
    public void One_death_costs_one_attempt_of_one_item()
    {
        var stage = new Stage(new PoolOptions { Workers = 1 });
        var call = stage.Start(5, new CallOptions { ChunkSize = 5, Errors = ErrorPolicy.FinishAll });
        stage.WorkerOf(0).Begin();
        stage.Die(0);
        stage.RunToTheEnd();
        Assert.That(call.Fates.Values.Order(), Is.EqualTo((string[])["lost at attempt 1, while it ran", "result", "result", "result", "result"]));
    }

    [Test]
    public void An_item_that_ran_too_long_is_not_retried_when_its_worker_is_killed()
    {
        var stage = new Stage(new PoolOptions { Workers = 1, MaxAttempts = 5, ItemTimeout = TimeSpan.FromSeconds(1) });
        var call = stage.Start(1);
        stage.WorkerOf(0).Begin();
        stage.Pass(TimeSpan.FromSeconds(2));
        Assert.That(stage.WorkerOf(0).WasKilled, Is.True);
        stage.Die(0);
        Assert.That(call.Fates[0], Is.EqualTo("lost at attempt 1, while it ran"));
    }

    [Test]
    public void An_item_whose_worker_is_killed_for_its_memory_is_not_retried()
    {
        var stage = new Stage(new PoolOptions { Workers = 1, MaxAttempts = 5, MaxWorkerMemory = 100 });
        var call = stage.Start(1);
        stage.WorkerOf(0).Begin();
        stage.WorkerOf(0).Memory = 101;
        stage.Pass(TimeSpan.FromSeconds(1));
        Assert.That(stage.WorkerOf(0).Lane is { KilledFor: LeaveReason.OverMemory, Excess: 101 }, Is.True);
        stage.Die(0);
        Assert.That(call.Fates[0], Is.EqualTo("lost at attempt 1, while it ran"));
    }

    [Test]
    public void An_item_of_a_stopped_call_is_not_retried_when_its_worker_dies()
    {
        var stage = new Stage(new PoolOptions { Workers = 1, MaxAttempts = 5, KillDelay = TimeSpan.MaxValue });
        var call = stage.Start(1);
        stage.WorkerOf(0).Begin();
        stage.Pool.Scheduler.Stop(call, new OperationCanceledException());
        stage.Die(0);
        Assert.That((call.HasEnded, call.Fates[0]), Is.EqualTo((true, "lost at attempt 1, while it ran")));
    }

    [Test]
    public void What_a_stopped_call_leaves_goes_to_the_calls_that_wait()
    {
        var stage = new Stage(new PoolOptions { Workers = 1 });
        var first = stage.Start(1);
        stage.WorkerOf(0).Begin();
        var second = stage.Start(1, new CallOptions { ChunkSize = 1 });
        stage.WorkerOf(0).Finish(fails: false);
        stage.WorkerOf(0).Read(1);
        Assert.That(stage.WorkerOf(0).HasItems, Is.True);
        var third = stage.Start(3);
        stage.Pool.Scheduler.Stop(second, new OperationCanceledException());
        Assert.That(stage.WorkerOf(0).Lane.Items.CountOf(third), Is.EqualTo(1), "it waits for nothing");
        Assert.That((first.HasEnded, second.HasEnded), Is.EqualTo((true, true)));
    }

    [Test]
    public void Progress_never_goes_back_while_items_are_retried()
    {
        var stage = new Stage(new PoolOptions { Workers = 1 });
        var call = stage.Start(1, new CallOptions { MaxAttempts = 3, RetryOn = static _ => true, Errors = ErrorPolicy.FinishAll });
        for (var i = 0; i < 3; i++)
        {
            Assert.That(call.Items.Ended, Is.Zero);
            stage.WorkerOf(0).Begin();
            stage.WorkerOf(0).Finish(fails: true);
            stage.WorkerOf(0).Read(1);
            stage.Tick();
        }

        Assert.That((call.Items.Ended, call.HasEnded), Is.EqualTo((1, true)));
    }

    [Test]
    public void A_call_that_has_ended_is_held_by_nothing_that_waits_for_its_retries()
    {
        var stage = new Stage(new PoolOptions { Workers = 1 });
        var call = StartAndStop(stage);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.That(call.IsAlive, Is.False);

        static WeakReference StartAndStop(Stage stage)
        {
            var call = stage.Start(1, new CallOptions { MaxAttempts = 3, RetryOn = static _ => true, RetryDelay = TimeSpan.FromDays(1) });
            stage.WorkerOf(0).Begin();
            stage.WorkerOf(0).Finish(fails: true);
            stage.WorkerOf(0).Read(1);
            stage.Pool.Scheduler.Stop(call, new OperationCanceledException());
            return stage.Forget(call);
        }
    }

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
    public void An_item_of_a_stopped_call_that_goes_on_has_its_worker_killed_and_others_go_elsewhere()
    {
        var stage = new Stage(new PoolOptions { Workers = 2, KillDelay = TimeSpan.FromSeconds(1) });
        var stopped = stage.Start(1);
        stage.WorkerOf(0).Begin();
        var other = stage.Start(4);
        stage.Pool.Scheduler.Stop(stopped, new OperationCanceledException());
        Assert.That((stage.WorkerOf(0).Cancelled, stage.WorkerOf(0).WasKilled), Is.EqualTo((stage.WorkerOf(0).Cancelled, false)));
        Assert.That(stage.WorkerOf(0).Cancelled, Has.Count.EqualTo(1));
        stage.Pass(TimeSpan.FromSeconds(1.1));
        Assert.That((stage.WorkerOf(0).WasKilled, stage.WorkerOf(0).Lane.KilledFor), Is.EqualTo((true, LeaveReason.CallStopped)));
        stage.Die(0);
        stage.RunToTheEnd();
        Assert.That((stopped.HasEnded, other.Fates.Values.Distinct().Single()), Is.EqualTo((true, "result")));
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
    public void An_item_that_is_late_has_its_token_fired_and_then_its_worker_killed()
    {
        var stage = new Stage(new PoolOptions { Workers = 1, ItemTimeout = TimeSpan.FromSeconds(10), KillDelay = TimeSpan.FromSeconds(2) });
        stage.Start(1);
        stage.WorkerOf(0).Begin();
        stage.Pass(TimeSpan.FromSeconds(9.9));
        Assert.That(stage.WorkerOf(0).Cancelled, Is.Empty);
        stage.Pass(TimeSpan.FromSeconds(0.2));
        Assert.That(stage.WorkerOf(0).Cancelled, Is.EqualTo((long[])[0]));
        stage.Pass(TimeSpan.FromSeconds(1.8));
        Assert.That(stage.WorkerOf(0).WasKilled, Is.False);
        stage.Pass(TimeSpan.FromSeconds(0.3));
        Assert.That((stage.WorkerOf(0).WasKilled, stage.WorkerOf(0).Lane.KilledFor), Is.EqualTo((true, LeaveReason.ItemLate)));
    }

    [Test]
    public void What_waits_behind_a_late_item_goes_elsewhere()
    {
        var stage = new Stage(new PoolOptions { Workers = 1, ItemTimeout = TimeSpan.FromSeconds(1) });
        var call = stage.Start(5, new CallOptions { ChunkSize = 5, Errors = ErrorPolicy.FinishAll });
        stage.WorkerOf(0).Begin();
        var given = stage.WorkerOf(0).Lane.Items.Count;
        Assert.That(given, Is.GreaterThan(1));
        stage.Pass(TimeSpan.FromSeconds(1.1));
        Assert.That((stage.WorkerOf(0).Lane.Items.Count, call.Items.Returned), Is.EqualTo((1, given - 1)));
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

    /// <summary>A pool in which nothing happens by chance.</summary>
    private sealed class Stage
    {
        private readonly List<SimulatedCall> _calls = [];
        private readonly PoolOptions _options;

        public Stage(PoolOptions options)
        {
            _options = options;
            Pool = new SimulatedPool(options);
            Settle();
        }

        public SimulatedPool Pool { get; }

        public FakeTime Time => Pool.Time;

        public SimulatedWorker WorkerOf(int place) => Pool.Places[place].Worker!;

        public SimulatedCall Start(int count, CallOptions? options = null)
        {
            var call = new SimulatedCall((options ?? new CallOptions()).Over(_options), count, isStream: false);
            Pool.Scheduler.Start(call);
            _calls.Add(call);
            return call;
        }

        public WeakReference Forget(SimulatedCall call)
        {
            _calls.Remove(call);
            return new WeakReference(call);
        }

        /// <summary>The worker of a place dies, and another takes its place if one does.</summary>
        public void Die(int place)
        {
            Bury(place);
            Settle();
        }

        public void Bury(int place)
        {
            WorkerOf(place).Die();
            Pool.Places[place].Bury();
        }

        public void Pass(TimeSpan time)
        {
            var until = Time.Now + (long)(time.TotalSeconds * Time.TimestampFrequency);
            while (Pool.TickAt <= until)
            {
                Time.AdvanceTo(Pool.TickAt);
                Tick();
            }

            Time.AdvanceTo(until);
        }

        public void Tick() => Pool.Tick();

        public void RunToTheEnd()
        {
            for (var i = 0; i < 1000 && !_calls.TrueForAll(static call => call.HasEnded); i++)
            {
                Settle();
                foreach (var place in Pool.Places)
                {
                    if (place.Worker is not { } worker) continue;
                    if (worker.HasItems) worker.Begin();
                    if (worker.RunningItem >= 0) worker.Finish(fails: false);
                    worker.Read(1);
                }
            }
        }

        /// <summary>Places start workers until each has one, or waits for more than time.</summary>
        private void Settle()
        {
            for (var i = 0; i < 10; i++)
            {
                foreach (var place in Pool.Places)
                {
                    if (place.WaitsUntil is { } until) Time.AdvanceTo(until);
                    place.Step();
                }
            }
        }
    }
}
