using System.Diagnostics;
using ProcessPool.Coordinator.Tests;
using ProcessPool.Workers;

namespace ProcessPool.Protocol.Tests.Hostile;

[TestFixture]
[CancelAfter(120_000)]
internal sealed class A_program_that_turns_hostile_costs_what_it_holds
{
    private const int Count = 200;

    /// <summary>What the printer may hold back, the frames under way, and what the tests need themselves.</summary>
    private const long AllowedMemory = 300L << 20;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [TestCase("lines", 1)]
    [TestCase("long lines", 1)]
    [TestCase("lines of items", 1)]
    [TestCase("heartbeats", 1)]
    [TestCase("stderr", 1)]
    [TestCase("stderr lines", 1)]
    [TestCase("a frame without end", 1)]
    [TestCase("closed", 1)]
    [TestCase("closed all", 1)]
    [TestCase("deaf", 1)]
    [TestCase("deaf", 1_000_000)]
    public async Task The_others_do_the_rest_and_the_pool_goes_on(string mode, int size)
    {
        Python.Require("sys", "python3");
        var script = Path.Combine(AppContext.BaseDirectory, "Hostile", "hostile.py");
        var launcher = new FirstLauncher(new ProgramLauncher("/usr/bin/python3", script, mode), new LocalLauncher(useStatusPage: true));
        var text = new string('x', size);
        var before = GC.GetTotalMemory(forceFullCollection: true);

        // A callback that is slower than any flood: what is held back must have a bound.
        var slow = true;
        var options = new PoolOptions { Workers = 2, KillDelay = TimeSpan.FromSeconds(0.1), Output = _ => Thread.Sleep(Volatile.Read(ref slow) ? 1 : 0) };
        var pool = new Pool(options, launcher);
        try
        {
            await pool.WaitUntilReadyAsync();
            var results = await Take(pool.ImapUnordered(x => x.Number + x.Text.Length, Enumerable.Range(0, Count).Select(i => (Number: i, Text: text))));
            Assert.That(results, Is.Unique.And.SubsetOf(Enumerable.Range(0, Count).Select(i => i + text.Length)));
            Assert.That(results, Has.Count.GreaterThan(Count / 2));
            var squares = await pool.MapAsync(i => i * i, Enumerable.Range(0, 1000)).WaitAsync(Limit);
            Assert.That(squares, Is.EqualTo(Enumerable.Range(0, 1000).Select(i => i * i)));
            Assert.That(GC.GetTotalMemory(forceFullCollection: true) - before, Is.LessThan(AllowedMemory));
        }
        finally
        {
            Volatile.Write(ref slow, false);
            var clock = Stopwatch.StartNew();
            pool.Terminate();
            await pool.DisposeAsync().AsTask().WaitAsync(Limit);
            Assert.That(clock.Elapsed, Is.LessThan(Limit));
        }
    }

    /// <summary>All results but those that do not come, and of the failures only those of a dead worker.</summary>
    private static async Task<List<int>> Take(IAsyncEnumerable<int> stream)
    {
        List<int> results = [];
        await using var reading = stream.GetAsyncEnumerator();
        while (results.Count < Count)
        {
            try
            {
                // What the hostile one has will never come.
                var next = reading.MoveNextAsync().AsTask();
                var patience = results.Count > Count / 2 ? TimeSpan.FromSeconds(0.3) : Limit;
                if (await Task.WhenAny(next, Task.Delay(patience)) != next || !await next) break;
                results.Add(reading.Current);
            }
            catch (WorkerDiedException)
            {
                // It has ended by itself.
            }
        }

        return results;
    }
}
