namespace ProcessPool.Tests.Simulation;

/// <summary>Single rules about items and calls, each tested step by step.</summary>
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

    [Test]
    public void An_item_of_a_stopped_call_that_goes_on_has_its_worker_killed_and_others_go_elsewhere()
    {
        var stage = new Stage(new PoolOptions { Workers = 2, KillDelay = TimeSpan.FromSeconds(1) });
        var stopped = stage.Start(1);
        stage.WorkerOf(0).Begin();
        var other = stage.Start(4);
        stage.Pool.Scheduler.Stop(stopped, new OperationCanceledException());
        Assert.That((stage.WorkerOf(0).Cancelled.Count, stage.WorkerOf(0).WasKilled), Is.EqualTo((1, false)));
        stage.Pass(TimeSpan.FromSeconds(1.1));
        Assert.That((stage.WorkerOf(0).WasKilled, stage.WorkerOf(0).Lane.KilledFor), Is.EqualTo((true, LeaveReason.CallStopped)));
        stage.Die(0);
        stage.RunToTheEnd();
        Assert.That((stopped.HasEnded, other.Fates.Values.Distinct().Single()), Is.EqualTo((true, "result")));
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
    public void The_time_that_an_item_waits_for_the_printer_does_not_count_against_its_limit([Values] bool hasPage)
    {
        var stage = new Stage(new PoolOptions { Workers = 1, ItemTimeout = TimeSpan.FromSeconds(10), UseStatusPage = hasPage });

        // What was waited for before does not count for later items.
        if (!hasPage) stage.WorkerOf(0).WaitedForPrinter = TimeSpan.FromSeconds(100);
        var before = stage.WorkerOf(0).WaitedForPrinter;
        stage.Start(1);
        stage.WorkerOf(0).Begin();
        for (var second = 0; second < 30; second++)
        {
            stage.WorkerOf(0).WaitedForPrinter = before + TimeSpan.FromSeconds(second);
            stage.Pass(TimeSpan.FromSeconds(1));
        }

        Assert.That(stage.WorkerOf(0).Cancelled, Is.Empty);
        stage.Pass(TimeSpan.FromSeconds(8.5));
        Assert.That(stage.WorkerOf(0).Cancelled, Is.Empty, "9.5 s of 38.5");
        stage.Pass(TimeSpan.FromSeconds(1));
        Assert.That(stage.WorkerOf(0).Cancelled, Is.EqualTo((long[])[0]));
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
    public void A_snapshot_counts_each_item_once([Values] bool hasPage)
    {
        var stage = new Stage(new PoolOptions { Workers = 2, UseStatusPage = hasPage });
        Assert.That(Counts(), Is.EqualTo((0, 2, 0L, 0)));
        var call = stage.Start(20, new CallOptions { ChunkSize = 4, MaxAttempts = 2, RetryOn = static _ => true, RetryDelay = TimeSpan.FromSeconds(1) });
        stage.WorkerOf(0).Begin();
        stage.WorkerOf(1).Begin();
        stage.Time.Advance(TimeSpan.FromSeconds(3));
        Assert.That(Counts(), Is.EqualTo((2, 0, 18L, 2)), "of which workers have some");
        Assert.That(stage.Pool.Scheduler.TakeSnapshot().RunningItems.Select(static item => (item.WorkerId, item.Duration.TotalSeconds)), Is.EqualTo(new[] { (0, 3.0), (1, 3.0) }));
        stage.WorkerOf(0).Finish(fails: true);
        stage.WorkerOf(0).Read(1);
        stage.WorkerOf(0).Begin();
        Assert.That(Counts(), Is.EqualTo((2, 0, 18L, 2)), "one of which waits for its retry");
        stage.Pool.Scheduler.Stop(call, new OperationCanceledException());
        if (hasPage) Assert.That(Counts(), Is.EqualTo((2, 0, 0L, 2)));
        foreach (var place in (int[])[0, 1])
        {
            if (!hasPage) stage.WorkerOf(place).GiveBack();
            stage.WorkerOf(place).Finish(fails: false);
            stage.WorkerOf(place).Read(1);
        }

        Assert.That((Counts(), call.HasEnded), Is.EqualTo(((0, 2, 0L, 0), true)));

        (int, int, long, int) Counts()
        {
            var now = stage.Pool.Scheduler.TakeSnapshot();
            return (now.BusyWorkers, now.IdleWorkers, now.WaitingItems, now.RunningItems.Count);
        }
    }
}
