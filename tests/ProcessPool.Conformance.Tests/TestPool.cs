using ProcessPool.Chaos.Tests.Support;
using ProcessPool.Conformance.Tests.Listing;
using ProcessPool.Conformance.Tests.Support;

namespace ProcessPool.Conformance.Tests;

/// <summary>Calls that succeed: Apply, Map and StarMap.</summary>
[CancelAfter(60_000)]
[TestFixture(1)]
[TestFixture(3)]
internal sealed partial class TestPool(int workers) : SharedPoolFixture(workers)
{
    private static readonly CallOptions Chunks = new() { ChunkSize = 20 };

    [Test]
    [Adapted("Keyword arguments are those of the call within a lambda; a function with one argument takes it beside itself.")]
    public void test_apply()
    {
        Assert.That(Pool.Apply(Work.Square, 5), Is.EqualTo(Work.Square(5)));
        Assert.That(Pool.Apply(static () => Work.Square(x: 3)), Is.EqualTo(Work.Square(3)));
    }

    [Test]
    [Ported("Map over 10 inputs, and over 100 in chunks of 20, gives what a loop gives, in its order.")]
    public void test_map()
    {
        Assert.That(Pool.Map(Work.Square, Enumerable.Range(0, 10)), Is.EqualTo(Enumerable.Range(0, 10).Select(Work.Square)));
        Assert.That(Pool.Map(Work.Square, Enumerable.Range(0, 100), Chunks), Is.EqualTo(Enumerable.Range(0, 100).Select(Work.Square)));
    }

    [Test]
    [Ported("StarMap over pairs, with and without chunks of 20, gives what a loop gives.")]
    public void test_starmap()
    {
        var few = Enumerable.Range(0, 10).Zip(Enumerable.Range(5, 10)).ToArray();
        var many = Enumerable.Range(0, 100).Zip(Enumerable.Range(5, 100)).ToArray();
        Assert.That(Pool.StarMap(Work.Multiply, few), Is.EqualTo(few.Select(static pair => Work.Multiply(pair.First, pair.Second))));
        Assert.That(Pool.StarMap(Work.Multiply, many, Chunks), Is.EqualTo(many.Select(static pair => Work.Multiply(pair.First, pair.Second))));
    }

    [Test]
    [Ported("StarMapAsync gives what a loop gives.")]
    public async Task test_starmap_async()
    {
        var pairs = Enumerable.Range(0, 100).Zip(Enumerable.Range(5, 100)).ToArray();
        Assert.That(await Pool.StarMapAsync(Work.Multiply, pairs), Is.EqualTo(pairs.Select(static pair => Work.Multiply(pair.First, pair.Second))));
    }

    [Test]
    [Ported("MapAsync gives what a loop gives.")]
    public async Task test_map_async() =>
        Assert.That(await Pool.MapAsync(Work.Square, Enumerable.Range(0, 10)), Is.EqualTo(Enumerable.Range(0, 10).Select(Work.Square)));

    [Test]
    [Adapted("There are no callbacks among the parameters: continuations of the task are called once each, with the results or the exception.")]
    public async Task test_map_async_callbacks()
    {
        List<int[]> successes = [];
        List<Exception> failures = [];
        await Pool.MapAsync(static x => x, [1]).ContinueWith(Report, TaskScheduler.Default);
        await Pool.MapAsync(static x => Work.Fail("no"), [1]).ContinueWith(Report, TaskScheduler.Default);
        Assert.That(successes, Is.EqualTo(new[] { new[] { 1 } }));
        Assert.That(failures.Single(), Is.TypeOf<FormatException>());

        void Report(Task<int[]> call)
        {
            if (call.IsFaulted) failures.Add(call.Exception!.InnerException!);
            else successes.Add(call.Result);
        }
    }

    [Test]
    [Adapted("What was thrown while an argument was written is within a ValueException that says where the value lies; nothing hangs.")]
    public async Task test_map_unplicklable([Values] Way way)
    {
        var (_, failures) = await Pool.Call(way, static hazard => 1, [new Hazard(Harm.Error)]).WaitAsync(Eventually.Bound);
        Assert.That(failures.Single(), Is.TypeOf<ValueException>().With.InnerException.TypeOf<InvalidDataException>());
        Assert.That(Pool.Apply(Work.Square, 2), Is.EqualTo(4));
    }

    [Test]
    [Ported("MapAsync over nothing, with a size of chunks, ends.")]
    public async Task test_map_chunksize() =>
        Assert.That(await Pool.MapAsync(Work.Square, Array.Empty<int>(), new CallOptions { ChunkSize = 1 }).WaitAsync(Eventually.Bound), Is.Empty);

    [Test]
    [Ported("What an input throws, at its start, in its middle, or where its length was known, is what Map throws, again and again.")]
    public void test_map_handle_iterable_exception()
    {
        IEnumerable<int>[] inputs = [Inputs.ThrowingAt(0), Inputs.ThrowingAt(0), Inputs.ThrowingAt(8), Inputs.ThrowingAt(8), new BrokenCollection(), new BrokenCollection()];
        foreach (var input in inputs)
        {
            Assert.That(() => Pool.Map(Work.Square, input), Throws.TypeOf<InputException>());
            Assert.That(() => { _ = Pool.MapAsync(Work.Square, input, new CallOptions { ChunkSize = 1 }); }, Throws.TypeOf<InputException>());
        }

        Assert.That(Pool.Apply(Work.Square, 2), Is.EqualTo(4));
    }

    [Test]
    [Ported("The result of ApplyAsync is there once the task has taken its time, and not before.")]
    public async Task test_async()
    {
        var ready = NewFile("ready");
        var call = Pool.ApplyAsync(() => Work.AfterFile(ready, Work.Square(7)));
        Assert.That(call.IsCompleted, Is.False);
        Work.Touch(ready);
        Assert.That(await call, Is.EqualTo(49));
    }

    [Test]
    [Ported("To wait for a result for some time only ends with TimeoutException, and not before that time; the pool can be terminated then.")]
    public async Task test_async_timeout()
    {
        var pool = NewPool(Workers);
        var limit = TimeSpan.FromSeconds(0.2);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var call = pool.ApplyAsync(static () => Thread.Sleep(Timeout.Infinite));
        Assert.That(async () => await call.WaitAsync(limit), Throws.TypeOf<TimeoutException>());
        Assert.That(clock.Elapsed, Is.GreaterThan(limit * 0.9));
        Assert.That(call.IsCompleted, Is.False);
        pool.Terminate();
        await pool.JoinAsync().WaitAsync(Eventually.Bound);
    }

    [Test]
    [Ported("Every way of calling gives no results for no inputs.")]
    public async Task test_empty_iterable([Values] Way way)
    {
        var (results, failures) = await Pool.Call(way, Work.Square, Array.Empty<int>()).WaitAsync(Eventually.Bound);
        Assert.That(results, Is.Empty);
        Assert.That(failures, Is.Empty);
    }
}
