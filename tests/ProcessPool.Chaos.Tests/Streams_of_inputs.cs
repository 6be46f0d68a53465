using System.Diagnostics;
using ProcessPool.Chaos.Tests.Support;

namespace ProcessPool.Chaos.Tests;

/// <summary>Inputs are only taken as results are consumed.</summary>
[TimeLimit(180)]
internal sealed class Streams_of_inputs
{
    [Test]
    public async Task A_million_items_take_no_more_memory_than_a_few()
    {
        const int items = 1_000_000;
        await using var pool = new Pool(2);
        var (next, heap, resident) = (0, 0L, 0L);
        await foreach (var item in pool.Imap(static item => item, Enumerable.Range(0, items)))
        {
            if (item != next++) Assert.Fail($"{item} came where {next - 1} should have.");
            if (next == items / 10) (heap, resident) = Memory();
        }

        var (heapAfter, residentAfter) = Memory();
        Assert.That(next, Is.EqualTo(items));
        Assert.That(heapAfter - heap, Is.LessThan(4 * 1024 * 1024));
        Assert.That(residentAfter - resident, Is.LessThan(64 * 1024 * 1024));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Leaving_an_infinite_stream_stops_it(bool ordered)
    {
        using var log = new RunLog();
        var directory = log.Directory;
        await using var pool = new Pool(2);
        var clock = new Stopwatch();
        var results = ordered
            ? pool.Imap(item => Items.Work(directory, item, 0.01), Items.Until(static () => false))
            : pool.ImapUnordered(item => Items.Work(directory, item, 0.01), Items.Until(static () => false));
        var seen = 0;
        await foreach (var result in results)
        {
            if (++seen < 10) continue;
            clock.Start();
            break;
        }

        Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(5)));
        var ran = log.Count().Count;
        Assert.That(pool.Map(static item => item, Enumerable.Range(0, 100)), Is.EqualTo(Enumerable.Range(0, 100)), "the pool is free");
        Assert.That(log.Count(), Has.Count.EqualTo(ran), "nothing runs any more");
    }

    [Test]
    public async Task No_more_inputs_are_taken_than_the_buffer_holds()
    {
        const int buffer = 4;
        var taken = 0;
        await using var pool = new Pool(new PoolOptions { Workers = 2, BufferSize = buffer });
        await using var stream = pool.Imap(static item => item, Counted(() => Interlocked.Increment(ref taken))).GetAsyncEnumerator();
        Assert.That(Eventually.True(() => Volatile.Read(ref taken) == buffer), Is.True);
        pool.Map(static item => item, Enumerable.Range(0, 1_000));
        Assert.That(Volatile.Read(ref taken), Is.EqualTo(buffer), "inputs taken before the first result is consumed");
        for (var consumed = 1; consumed <= 50; consumed++)
        {
            Assert.That(await stream.MoveNextAsync(), Is.True);
            Assert.That(Eventually.True(() => Volatile.Read(ref taken) == buffer + consumed), Is.True);
            if (consumed % 10 == 0) pool.Map(static item => item, Enumerable.Range(0, 100));
            Assert.That(Volatile.Read(ref taken), Is.EqualTo(buffer + consumed));
        }
    }

    [Test]
    public async Task An_input_that_blocks_holds_up_neither_leaving_nor_terminating()
    {
        using var never = new ManualResetEventSlim();
        try
        {
            await using var pool = new Pool(2);
            var clock = Stopwatch.StartNew();
            await foreach (var result in pool.Imap(static item => item, Blocking(never)))
            {
                if (result == 2) break;
            }

            await using var stream = pool.Imap(static item => item, Blocking(never)).GetAsyncEnumerator();
            for (var item = 0; item < 3; item++) Assert.That(await stream.MoveNextAsync(), Is.True);
            var waiting = stream.MoveNextAsync().AsTask();
            pool.Terminate();
            Assert.That(async () => await waiting, Throws.TypeOf<PoolTerminatedException>());
            await pool.JoinAsync();
            Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(20)));
        }
        finally
        {
            never.Set();
        }
    }

    [Test]
    public async Task A_trickling_stream_gets_its_share_beside_a_long_map()
    {
        using var directory = new TemporaryDirectory();
        var end = directory.File("end");
        await using var pool = new Pool(2);
        var map = pool.MapAsync(item => File.Exists(end) ? 0 : Paused(item), Enumerable.Range(0, 100_000));
        var results = pool.Imap(static item => item, Trickle()).ToBlockingEnumerable();
        var stream = Task.Run(() => results.Take(20).Count());
        var first = await Task.WhenAny(stream, map, Task.Delay(TimeSpan.FromSeconds(20)));
        await File.WriteAllTextAsync(end, "");
        Assert.That(first, Is.SameAs(stream), "the stream does not wait for the map to end");
        await map;
        Assert.That(await stream, Is.EqualTo(20));
    }

    private static int Paused(int item)
    {
        Thread.Sleep(2);
        return item;
    }

    private static IEnumerable<int> Trickle()
    {
        for (var item = 0; ; item++)
        {
            Thread.Sleep(20);
            yield return item;
        }
    }

    private static IEnumerable<int> Counted(Action taken)
    {
        for (var item = 0; ; item++)
        {
            taken();
            yield return item;
        }
    }

    private static IEnumerable<int> Blocking(ManualResetEventSlim gate)
    {
        for (var item = 0; item < 3; item++) yield return item;
        gate.Wait();
    }

    private static (long Heap, long Resident) Memory() =>
        (GC.GetTotalMemory(forceFullCollection: true), Processes.ResidentMemory(Environment.ProcessId));
}
