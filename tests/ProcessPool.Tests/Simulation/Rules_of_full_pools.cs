namespace ProcessPool.Tests.Simulation;

/// <summary>PoolOptions.MaxWaitingItems, tested step by step.</summary>
internal sealed class Rules_of_full_pools
{
    [TestCase(0)]
    [TestCase(3)]
    public void So_many_items_wait_beside_those_that_run(int most)
    {
        var stage = new Stage(new PoolOptions { Workers = 2, MaxWaitingItems = most });
        for (var i = 0; i < most + 2; i++) Assert.That(stage.TryStart(1), Is.True, $"call {i}");
        Assert.That(stage.TryStart(1), Is.False);
        Finish(stage, 0);
        Assert.That(stage.TryStart(1), Is.True, "one has ended");
        Assert.That(stage.TryStart(1), Is.False);
    }

    [Test]
    public void A_call_that_waits_starts_nothing_until_all_of_its_items_fit()
    {
        var stage = new Stage(new PoolOptions { Workers = 1, MaxWaitingItems = 2 });
        var first = stage.Start(3);
        var second = stage.Start(2);
        var third = stage.Start(1);
        Assert.That((second.IsAdmitted, third.IsAdmitted), Is.EqualTo((false, false)));
        Finish(stage, 0);
        Assert.That((first.Items.Ended, second.IsAdmitted, third.IsAdmitted), Is.EqualTo((1, false, false)), "it has room, but does not overtake");
        Finish(stage, 0);
        Assert.That((second.IsAdmitted, third.IsAdmitted), Is.EqualTo((true, false)));
        stage.RunToTheEnd();
        Assert.That((first.Fates.Count, second.Fates.Count, third.Fates.Count), Is.EqualTo((3, 2, 1)));
    }

    [Test]
    public void A_call_that_is_larger_than_the_bound_starts_when_a_worker_is_free()
    {
        var stage = new Stage(new PoolOptions { Workers = 2, MaxWaitingItems = 1 });
        stage.Start(2);
        var large = stage.Start(100);
        Assert.That(large.IsAdmitted, Is.False);
        Finish(stage, 0);
        Assert.That(large.IsAdmitted, Is.True);
        stage.RunToTheEnd();
        Assert.That(large.HasEnded, Is.True);
        Assert.That(stage.TryStart(100), Is.True, "an empty pool takes any");
    }

    [Test]
    public void Streams_and_calls_without_items_never_wait()
    {
        var stage = new Stage(new PoolOptions { Workers = 1, MaxWaitingItems = 0 });
        stage.Start(1);
        Assert.That(stage.TryStart(1), Is.False);
        var stream = stage.Start(100, isStream: true);
        var empty = stage.Start(0);
        Assert.That((stream.IsAdmitted, empty.HasEnded), Is.EqualTo((true, true)));
    }

    [Test]
    public void A_call_that_is_stopped_while_it_waits_ends_at_once_and_those_behind_it_go_on()
    {
        var stage = new Stage(new PoolOptions { Workers = 1, MaxWaitingItems = 1 });
        stage.Start(1);
        var large = stage.Start(5);
        var small = stage.Start(1);
        Assert.That((large.IsAdmitted, small.IsAdmitted), Is.EqualTo((false, false)));
        stage.Pool.Scheduler.Stop(large, new OperationCanceledException());
        Assert.That((large.HasEnded, small.IsAdmitted), Is.EqualTo((true, true)));
        stage.RunToTheEnd();
        Assert.That((small.HasEnded, stage.Pool.Scheduler.FindFault(isQuiet: true)), Is.EqualTo((true, (string?)null)));
    }

    [Test]
    public void The_timeout_of_a_call_counts_while_it_waits()
    {
        var stage = new Stage(new PoolOptions { Workers = 1, MaxWaitingItems = 0 });
        stage.Start(1);
        var late = stage.Start(1, new CallOptions { Timeout = TimeSpan.FromSeconds(2) });
        stage.Pass(TimeSpan.FromSeconds(2.1));
        Assert.That((late.HasEnded, late.StopReason is TimeoutException), Is.EqualTo((true, true)));
    }

    [Test]
    public void A_call_that_fails_or_is_stopped_gives_all_of_its_room_back()
    {
        var stage = new Stage(new PoolOptions { Workers = 1, MaxWaitingItems = 9, KillDelay = TimeSpan.MaxValue });
        var failing = stage.Start(10);
        Assert.That(stage.TryStart(1), Is.False);
        stage.WorkerOf(0).Begin();
        stage.WorkerOf(0).Finish(fails: true);
        stage.WorkerOf(0).Read(1);
        Assert.That(failing.HasEnded, Is.True);
        var stopped = stage.Start(10);
        Assert.That((stopped.IsAdmitted, stage.TryStart(1)), Is.EqualTo((true, false)));
        stage.Pool.Scheduler.Stop(stopped, new OperationCanceledException());
        Assert.That(stage.TryStart(10), Is.True);
    }

    [Test]
    public void Closing_finishes_the_calls_that_wait()
    {
        var stage = new Stage(new PoolOptions { Workers = 1, MaxWaitingItems = 0 });
        var calls = new[] { stage.Start(1), stage.Start(1), stage.Start(1) };
        stage.Pool.Scheduler.Close();
        stage.RunToTheEnd();
        Assert.That(calls.Select(static call => call.Fates[0]), Is.All.EqualTo("result"));
    }

    [Test]
    public void Closing_without_what_is_pending_ends_the_calls_that_wait()
    {
        var stage = new Stage(new PoolOptions { Workers = 1, MaxWaitingItems = 0 });
        var running = stage.Start(1);
        stage.WorkerOf(0).Begin();
        var waiting = stage.Start(1);
        stage.Pool.Scheduler.Close(cancelPending: true);
        Assert.That((waiting.HasEnded, waiting.StopReason is PoolTerminatedException, running.HasEnded), Is.EqualTo((true, true, false)));
        stage.RunToTheEnd();
        Assert.That(running.Fates[0], Is.EqualTo("result"));
    }

    [Test]
    public void Terminating_ends_the_calls_that_wait()
    {
        var stage = new Stage(new PoolOptions { Workers = 1, MaxWaitingItems = 0 });
        stage.Start(1);
        var waiting = stage.Start(1);
        stage.Pool.Scheduler.Terminate();
        Assert.That((waiting.HasEnded, waiting.StopReason is PoolTerminatedException), Is.EqualTo((true, true)));
    }

    [Test]
    public void Calls_of_higher_priority_start_first()
    {
        var stage = new Stage(new PoolOptions { Workers = 1, MaxWaitingItems = 1 });
        stage.Start(1);
        var low = stage.Start(2);
        var high = stage.Start(2, new CallOptions { Priority = 1 });
        Assert.That((low.IsAdmitted, high.IsAdmitted), Is.EqualTo((false, false)));
        var quick = stage.Start(1, new CallOptions { Priority = 2 });
        Assert.That(quick.IsAdmitted, Is.True, "it has room, and nothing of its priority waits");
        Finish(stage, 0);
        Finish(stage, 0);
        Assert.That((low.IsAdmitted, high.IsAdmitted), Is.EqualTo((false, true)));
    }

    [Test]
    public void More_workers_make_more_room()
    {
        var stage = new Stage(new PoolOptions { Workers = 1, MaxWaitingItems = 0 });
        stage.Start(1);
        var waiting = stage.Start(1);
        stage.Pool.Scheduler.Resize(2);
        Assert.That(waiting.IsAdmitted, Is.True);
    }

    [Test]
    public void A_snapshot_counts_the_items_of_calls_that_wait()
    {
        var stage = new Stage(new PoolOptions { Workers = 1, MaxWaitingItems = 0 });
        stage.Start(1);
        stage.WorkerOf(0).Begin();
        stage.Start(4);
        Assert.That(stage.Pool.Scheduler.TakeSnapshot().WaitingItems, Is.EqualTo(4));
    }

    [Test]
    public async Task Who_waits_for_room_is_told_when_there_is_some_and_when_there_never_will_be()
    {
        var stage = new Stage(new PoolOptions { Workers = 1, MaxWaitingItems = 1 });
        Assert.That(stage.Pool.Scheduler.WaitForRoom().IsCompletedSuccessfully, Is.True);
        stage.Start(2);
        var room = stage.Pool.Scheduler.WaitForRoom();
        Assert.That(room.IsCompleted, Is.False);
        Finish(stage, 0);
        Assert.That(room.IsCompletedSuccessfully, Is.True);
        stage.Start(1);
        room = stage.Pool.Scheduler.WaitForRoom();
        stage.Pool.Scheduler.Close();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => room);
        Assert.That(stage.Pool.Scheduler.WaitForRoom, Throws.InstanceOf<ObjectDisposedException>());
    }

    private static void Finish(Stage stage, int place)
    {
        stage.WorkerOf(place).Begin();
        stage.WorkerOf(place).Finish(fails: false);
        stage.WorkerOf(place).Read(1);
    }
}
