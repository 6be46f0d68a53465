namespace ProcessPool.Tests.Simulation;

/// <summary>CallOptions.Priority, tested step by step.</summary>
internal sealed class Rules_of_priorities
{
    [Test]
    public void Items_of_a_higher_call_go_first_however_late_it_came([Values(1, int.MaxValue)] int high, [Values(0, int.MinValue)] int low, [Values] bool isStream)
    {
        var stage = new Stage(new PoolOptions { Workers = 1 });
        var first = Start(stage, 10, low);
        Finish(stage);
        var second = stage.Start(3, new CallOptions { Priority = high }, isStream);
        for (var i = 0; isStream && i < 3; i++) stage.Pool.AddInput(second);
        var sent = first.Items.Given;
        while (second.Items.Ended < 3) Finish(stage);
        Assert.That((first.Items.Ended, sent), Is.EqualTo((1 + sent, 1)), "only what the worker had already was run before");
        stage.RunToTheEnd();
        Assert.That((first.Fates.Count, second.Fates.Count), Is.EqualTo((10, 3)));
    }

    [Test]
    public void Items_that_workers_have_are_not_taken_back()
    {
        var stage = new Stage(new PoolOptions { Workers = 1 });
        var low = stage.Start(8, new CallOptions { ChunkSize = 4 });
        stage.WorkerOf(0).Begin();
        var sent = low.Items.Given;
        Assert.That(sent, Is.GreaterThan(1));
        Start(stage, 5, 1);
        Assert.That(low.Items.Given, Is.EqualTo(sent));
    }

    [Test]
    public void Calls_of_the_same_priority_share()
    {
        var stage = new Stage(new PoolOptions { Workers = 1 });
        var calls = new[] { Start(stage, 20, 5), Start(stage, 20, 5) };
        for (var i = 0; i < 20; i++) Finish(stage);
        Assert.That(calls.Select(static call => call.Items.Ended), Is.All.InRange(8, 12));
    }

    [Test]
    public void The_time_that_higher_calls_have_had_does_not_count_against_new_calls()
    {
        var stage = new Stage(new PoolOptions { Workers = 1 });
        var low = Start(stage, 1000, 0);
        var high = Start(stage, 50, 1);
        while (!high.HasEnded) Finish(stage);
        var before = low.Items.Ended;
        var other = Start(stage, 1000, 0);
        for (var i = 0; i < 20; i++) Finish(stage);
        Assert.That((other.Items.Ended, low.Items.Ended - before), Is.EqualTo((10L, 10L)).Within(2));
    }

    [Test]
    public void A_lower_call_gets_the_workers_that_a_higher_one_has_nothing_for()
    {
        var stage = new Stage(new PoolOptions { Workers = 3 });
        var low = Start(stage, 10, 0);
        foreach (var place in (int[])[0, 1, 2]) stage.WorkerOf(place).Begin();
        var high = Start(stage, 1, 1);
        stage.Pass(TimeSpan.FromSeconds(0.1));
        foreach (var place in (int[])[0, 1, 2])
        {
            stage.WorkerOf(place).Finish(fails: false);
            stage.WorkerOf(place).Read(1);
        }

        Assert.That((high.Items.Given, low.Items.Given), Is.EqualTo((1, 2)));
    }

    private static SimulatedCall Start(Stage stage, int count, int priority) => stage.Start(count, new CallOptions { Priority = priority });

    /// <summary>The worker runs its next item, which takes so long that it gets one at a time.</summary>
    private static void Finish(Stage stage)
    {
        var worker = stage.WorkerOf(0);
        worker.Begin();
        stage.Pass(TimeSpan.FromSeconds(0.1));
        worker.Finish(fails: false);
        worker.Read(1);
    }
}
