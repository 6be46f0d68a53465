namespace ProcessPool.Tests.Simulation;

/// <summary>PoolOptions.MinWorkers, tested step by step.</summary>
internal sealed class Rules_of_growth
{
    [TestCase(null, 4)]
    [TestCase(0, 0)]
    [TestCase(1, 1)]
    [TestCase(3, 3)]
    [TestCase(100, 4)]
    public void So_many_workers_start_without_work_and_no_more_are_waited_for(int? least, int workers)
    {
        var stage = new Stage(new PoolOptions { Workers = 4, MinWorkers = least });
        Assert.That((Workers(stage), stage.Pool.Scheduler.AllReady.IsCompletedSuccessfully), Is.EqualTo((workers, true)));
    }

    [TestCase(1, 1)]
    [TestCase(2, 2)]
    [TestCase(3, 3)]
    [TestCase(9, 4)]
    public void Another_starts_for_each_item_that_waits(int items, int workers)
    {
        var stage = new Stage(new PoolOptions { Workers = 4, MinWorkers = 0 });
        var call = stage.Start(items);
        Settle(stage);
        Assert.That(Workers(stage), Is.EqualTo(workers));
        stage.RunToTheEnd();
        Assert.That(call.HasEnded, Is.True);
    }

    [Test]
    public void None_starts_for_items_that_idle_workers_take()
    {
        var stage = new Stage(new PoolOptions { Workers = 8, MinWorkers = 3 });
        stage.Start(3);
        Settle(stage);
        Assert.That(Workers(stage), Is.EqualTo(3));
        stage.Start(1);
        Settle(stage);
        Assert.That(Workers(stage), Is.EqualTo(4));
    }

    [Test]
    public void Calls_of_one_item_each_count_together_and_once()
    {
        var stage = new Stage(new PoolOptions { Workers = 8, MinWorkers = 0 });
        for (var i = 0; i < 5; i++) stage.Start(1);
        Settle(stage);
        Assert.That(Workers(stage), Is.EqualTo(5));
    }

    [Test]
    public void An_input_of_a_stream_starts_one_too()
    {
        var stage = new Stage(new PoolOptions { Workers = 3, MinWorkers = 0 });
        var stream = stage.Start(5, isStream: true);
        Settle(stage);
        Assert.That(Workers(stage), Is.Zero);
        stage.Pool.AddInput(stream);
        Settle(stage);
        Assert.That(Workers(stage), Is.EqualTo(1));
    }

    [Test]
    public void Those_above_the_minimum_end_when_they_are_idle_and_come_back()
    {
        var stage = new Stage(new PoolOptions { Workers = 3, MinWorkers = 1, IdleTimeout = TimeSpan.FromSeconds(5) });
        for (var round = 0; round < 3; round++)
        {
            var call = stage.Start(3);
            Settle(stage);
            Assert.That(Workers(stage), Is.EqualTo(3));
            stage.RunToTheEnd();
            Assert.That(call.HasEnded, Is.True);
            stage.Pass(TimeSpan.FromSeconds(6));
            Assert.That(Enumerable.Range(0, 3).Select(place => stage.WorkerOf(place).Lane.LeftFor), Is.EqualTo((LeaveReason?[])[null, LeaveReason.Idle, LeaveReason.Idle]));
            stage.Die(1);
            stage.Die(2);
            Assert.That(Workers(stage), Is.EqualTo(1));
        }
    }

    [Test]
    public void Those_that_were_added_stay_without_an_idle_timeout()
    {
        var stage = new Stage(new PoolOptions { Workers = 3, MinWorkers = 1 });
        stage.Start(3);
        Settle(stage);
        stage.RunToTheEnd();
        stage.Pass(TimeSpan.FromDays(1));
        Assert.That(Workers(stage), Is.EqualTo(3));
    }

    [Test]
    public void A_larger_pool_starts_more_only_for_work_that_waits()
    {
        var stage = new Stage(new PoolOptions { Workers = 1, MinWorkers = 1 });
        stage.Pool.Resize(4);
        Settle(stage);
        Assert.That(Workers(stage), Is.EqualTo(1));
        stage.Start(3);
        Settle(stage);
        Assert.That(Workers(stage), Is.EqualTo(3));
        stage.Start(9);
        stage.Pool.Resize(6);
        Settle(stage);
        Assert.That(Workers(stage), Is.EqualTo(6));
    }

    [Test]
    public void A_place_that_is_wanted_again_rests_until_there_is_work()
    {
        var stage = new Stage(new PoolOptions { Workers = 3, MinWorkers = 1 });
        stage.Pool.Resize(1);
        stage.Pool.Resize(3);
        Settle(stage);
        Assert.That(Workers(stage), Is.EqualTo(1));
        stage.Start(3);
        Settle(stage);
        Assert.That(Workers(stage), Is.EqualTo(3));
    }

    [Test]
    public void A_worker_that_fails_to_start_for_an_item_is_tried_again()
    {
        var stage = new Stage(new PoolOptions { Workers = 2, MinWorkers = 0 });
        var call = stage.Start(1);
        stage.Pool.Scheduler.StartFailed(0, null, new WorkerStartException("no process"));
        Settle(stage);
        stage.RunToTheEnd();
        Assert.That((call.HasEnded, Workers(stage)), Is.EqualTo((true, 1)));
    }

    private static int Workers(Stage stage) => stage.Pool.Places.Count(static place => place.Worker is not null);

    private static void Settle(Stage stage)
    {
        for (var i = 0; i < 10; i++)
        {
            foreach (var place in stage.Pool.Places)
            {
                if (place.WaitsUntil is { } until) stage.Time.AdvanceTo(until);
                place.Step();
            }
        }
    }
}
