using System.Text.Json;

namespace ProcessPool.Tests.Semantics;

[CancelAfter(60_000)]
internal sealed class Statistics_of_pools
{
    [Test]
    public async Task Count_items_and_time_of_each_worker()
    {
        await using var pool = new Pool(new PoolOptions { Workers = 2, Initializer = static () => Thread.Sleep(100) });
        await pool.WaitUntilReadyAsync();
        await pool.MapAsync(static _ => Thread.Sleep(5), Enumerable.Range(0, 100));
        var statistics = pool.Statistics;
        Assert.That(statistics.Items, Is.EqualTo(100));
        Assert.That(statistics.ItemTimes, Is.Null);
        foreach (var worker in statistics.Workers)
        {
            Assert.That(worker.Processes, Is.EqualTo(1));
            Assert.That(worker.Starting, Is.GreaterThan(TimeSpan.Zero));
            Assert.That(worker.Initializing, Is.GreaterThanOrEqualTo(TimeSpan.FromSeconds(0.09)));
        }

        Assert.That(statistics.Workers.Sum(static worker => worker.Working.TotalSeconds), Is.GreaterThanOrEqualTo(0.45));
        var waited = statistics.Workers[0].Waiting;
        await Task.Delay(100);
        Assert.That(pool.Statistics.Workers[0].Waiting - waited, Is.GreaterThan(TimeSpan.FromSeconds(0.05)), "it goes on while nothing happens");
    }

    [Test]
    public async Task Include_the_processes_that_were_replaced()
    {
        await using var pool = new Pool(new PoolOptions { Workers = 1, RecycleAfter = 10 });
        await pool.MapAsync(static x => x, Enumerable.Range(0, 100));
        Assert.That(pool.Statistics.Items, Is.EqualTo(100));
        Assert.That(pool.Statistics.Workers[0].Processes, Is.InRange(10, 11));
    }

    [Test]
    public async Task Tell_how_long_items_took_if_that_is_wanted()
    {
        await using var pool = new Pool(new PoolOptions { Workers = 2, MeasureItems = true });
        await pool.MapAsync(static x => Thread.Sleep(x == 70 ? 400 : x % 10 == 0 ? 20 : 0), Enumerable.Range(0, 1000));
        var times = pool.Statistics.ItemTimes!;
        Assert.That(times.Count, Is.EqualTo(1000));
        Assert.That(times.Slowest[0].Item, Is.EqualTo(70));
        Assert.That(times.Slowest[0].Duration, Is.GreaterThanOrEqualTo(TimeSpan.FromSeconds(0.4)));
        Assert.That(times.Slowest, Has.Count.EqualTo(5));
        Assert.That(times.Slowest.Select(static slow => slow.Duration), Is.Ordered.Descending);
        Assert.That(times.Percentile99, Is.GreaterThanOrEqualTo(TimeSpan.FromMilliseconds(20)));
        Assert.That(times.Median, Is.LessThan(TimeSpan.FromMilliseconds(20)));
        Assert.That(times.Mean, Is.GreaterThan(TimeSpan.FromMilliseconds(2)));
    }

    [Test]
    public async Task Print_and_serialize()
    {
        await using var pool = new Pool(new PoolOptions { Workers = 2, MeasureItems = true });
        await pool.MapAsync(static x => x, Enumerable.Range(0, 1000));
        var statistics = pool.Statistics;
        var lines = statistics.ToString().Split(Environment.NewLine);
        Assert.That(lines, Has.Length.EqualTo(5));
        Assert.That(lines[..3].Select(static line => line.Length), Is.All.EqualTo(lines[0].Length), "columns");
        Assert.That(lines[3], Does.StartWith("1,000 items: mean "));
        Assert.That(lines[4], Does.Match(@"^slowest: item \d+ [\d.]+ ms in worker [01], "));
        using var json = JsonDocument.Parse(JsonSerializer.Serialize(statistics));
        Assert.That(json.RootElement.GetProperty("Items").GetInt64(), Is.EqualTo(1000));
        Assert.That(json.RootElement.GetProperty("ItemTimes").GetProperty("Count").GetInt64(), Is.EqualTo(1000));
    }

    [Test]
    public async Task Tell_what_runs_and_what_waits([Values] bool useStatusPage)
    {
        using var isOpen = SharedValue.Create(0);
        await using var pool = new Pool(new PoolOptions { Workers = 2, UseStatusPage = useStatusPage });
        await pool.WaitUntilReadyAsync();
        var idle = pool.Statistics;
        Assert.That((idle.BusyWorkers, idle.IdleWorkers, idle.WaitingItems, idle.RunningItems.Count), Is.EqualTo((0, 2, 0L, 0)));
        var call = pool.MapAsync(_ => WaitUntil(isOpen), Enumerable.Range(0, 5));
        while (pool.Statistics.RunningItems.Count < 2) await Task.Delay(1);
        var before = pool.Statistics;
        await Task.Delay(200);
        var now = pool.Statistics;
        Assert.That((now.BusyWorkers, now.IdleWorkers, now.WaitingItems), Is.EqualTo((2, 0, 3L)));
        Assert.That(now.RunningItems.Select(static item => item.WorkerId), Is.EqualTo((int[])[0, 1]));
        Assert.That(now.RunningItems.Select(static item => item.Item).Order(), Is.EqualTo((long[])[0, 1]));
        Assert.That(now.RunningItems.Select(static item => item.Call).Distinct().Count(), Is.EqualTo(1));
        foreach (var (first, second) in before.RunningItems.Zip(now.RunningItems))
            Assert.That(second.Duration - first.Duration, Is.GreaterThan(TimeSpan.FromMilliseconds(100)).And.LessThan(TimeSpan.FromSeconds(20)));
        Assert.That(now.RunningItems[0].Function, Is.EqualTo($"{nameof(Statistics_of_pools)}.{nameof(Tell_what_runs_and_what_waits)} (lambda)"));
        Assert.That(now.ToString(), Does.Contain("now: 2 workers busy, 0 idle, 3 items waiting").And.Match(@"worker 1 runs item [01] of call \d+, Statistics_of_pools\."));
        using var json = JsonDocument.Parse(JsonSerializer.Serialize(now));
        Assert.That(json.RootElement.GetProperty("RunningItems")[1].GetProperty("WorkerId").GetInt32(), Is.EqualTo(1));
        isOpen.Exchange(1);
        await call;
        var after = pool.Statistics;
        Assert.That((after.BusyWorkers, after.IdleWorkers, after.WaitingItems, after.RunningItems.Count), Is.EqualTo((0, 2, 0L, 0)));
    }

    [Test]
    public async Task Name_the_function_that_runs()
    {
        using var isOpen = SharedValue.Create(0);
        await using var pool = new Pool(1);
        (Delegate, string)[] functions = [((Action<SharedValue<int>>)WaitUntil, "WaitUntil"), ((Action<SharedValue<int>>)Local, "Name_the_function_that_runs.Local")];
        foreach (var (function, name) in functions)
        {
            isOpen.Exchange(0);
            var call = pool.MapAsync((Action<SharedValue<int>>)function, [isOpen]);
            while (pool.Statistics.RunningItems.Count < 1) await Task.Delay(1);
            Assert.That(pool.Statistics.RunningItems[0].Function, Is.EqualTo($"{nameof(Statistics_of_pools)}.{name}"));
            isOpen.Exchange(1);
            await call;
        }

        static void Local(SharedValue<int> isOpen) => WaitUntil(isOpen);
    }

    [Test]
    public void Percentiles_are_right_to_an_eighth()
    {
        var random = new Random(1);
        for (var round = 0; round < 50; round++)
        {
            var histogram = new global::ProcessPool.Workers.DurationHistogram();
            var durations = Enumerable.Range(0, 1000).Select(_ => TimeSpan.FromTicks((long)Math.Exp(random.NextDouble() * 30))).Order().ToArray();
            foreach (var duration in durations) histogram.Add(0, duration, 0);
            var times = histogram.Look();
            foreach (var (told, right) in new[] { (times.Median, durations[499]), (times.Percentile90, durations[899]), (times.Percentile99, durations[989]) })
            {
                Assert.That(told, Is.GreaterThanOrEqualTo(right));
                Assert.That(told, Is.LessThanOrEqualTo(right * 1.125 + TimeSpan.FromTicks(1)));
            }
        }
    }

    private static void WaitUntil(SharedValue<int> isOpen)
    {
        while (isOpen.Value == 0) Thread.Sleep(1);
    }
}
