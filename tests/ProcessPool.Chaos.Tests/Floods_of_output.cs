using System.Collections.Concurrent;
using System.Diagnostics;
using ProcessPool.Chaos.Tests.Support;

namespace ProcessPool.Chaos.Tests;

/// <summary>
/// However much is printed, and whatever the callback does, neither a worker nor the coordinator waits for the output.
/// </summary>
[TimeLimit(120)]
internal sealed class Floods_of_output
{
    private const int LongestPart = 64 * 1024;

    [Test]
    public async Task A_line_without_an_end_comes_in_parts([Values] bool throughConsole)
    {
        const int megabytes = 300;
        var (longest, before) = (0, Processes.ResidentMemory(Environment.ProcessId));
        await using (var pool = new Pool(new PoolOptions { Workers = 2, Output = line => longest = Math.Max(longest, line.Line.Length) }))
        {
            var printing = pool.ApplyAsync(Print, (megabytes, throughConsole));
            Assert.That(pool.Map(static item => item, Enumerable.Range(0, 1_000)), Is.EqualTo(Enumerable.Range(0, 1_000)));
            Assert.That(await printing, Is.EqualTo(megabytes));
        }

        Assert.That(longest, Is.InRange(1, LongestPart));
        Assert.That(Processes.ResidentMemory(Environment.ProcessId) - before, Is.LessThan(200L * 1024 * 1024), "it is nowhere kept whole");
    }

    [Test]
    [Explicit("It takes long; 200 megabytes are printed in every run of the tests.")]
    public async Task A_gigabyte_holds_nothing_up([Values] bool throughConsole)
    {
        await using var pool = new Pool(new PoolOptions { Workers = 2, Output = static _ => { } });
        var printing = pool.ApplyAsync(Print, (1024, throughConsole));
        Assert.That(pool.Map(static item => item, Enumerable.Range(0, 1_000)), Is.EqualTo(Enumerable.Range(0, 1_000)));
        Assert.That(await printing, Is.EqualTo(1024));
    }

    [Test]
    public async Task A_callback_that_throws_costs_its_line()
    {
        ConcurrentQueue<string> lines = [];
        await using (var pool = new Pool(new PoolOptions { Workers = 2, Output = TakeEven }))
        {
            Assert.That(await pool.MapAsync(PrintNumber, Enumerable.Range(0, 100)), Is.EqualTo(Enumerable.Range(0, 100)));
        }

        Assert.That(lines, Is.EquivalentTo(Enumerable.Range(0, 100).Where(static item => item % 2 == 0).Select(static item => $"{item}")));

        void TakeEven(WorkerOutput line)
        {
            if (line.Item % 2 != 0) throw new InvalidOperationException("odd");
            lines.Enqueue(line.Line);
        }
    }

    [Test]
    public async Task A_slow_callback_holds_up_neither_the_items_nor_the_end_of_the_pool([Values] bool throughConsole)
    {
        const int lines = 100_000;
        var pool = new Pool(new PoolOptions { Workers = 2, Output = static _ => Thread.Sleep(10) });
        Assert.That(await pool.ApplyAsync(PrintLines, (lines, throughConsole)), Is.EqualTo(lines));
        var clock = Stopwatch.StartNew();
        await pool.DisposeAsync();
        Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(30)), "all the lines would take 1,000 s, those that are kept 100 s");
        Assert.That(Processes.Children(), Is.Empty);
    }

    private static int PrintNumber(int item)
    {
        Console.WriteLine(item);
        return item;
    }

    private static int PrintLines((int Count, bool ThroughConsole) what)
    {
        using var native = new StreamWriter(Console.OpenStandardOutput());
        var writer = what.ThroughConsole ? Console.Out : native;
        for (var i = 0; i < what.Count; i++) writer.WriteLine("a line");
        return what.Count;
    }

    /// <summary>So many megabytes without an end of line.</summary>
    private static int Print((int Megabytes, bool ThroughConsole) what)
    {
        using var native = new StreamWriter(Console.OpenStandardOutput());
        var writer = what.ThroughConsole ? Console.Out : native;
        var megabyte = new string('x', 1024 * 1024);
        for (var i = 0; i < what.Megabytes; i++) writer.Write(megabyte);
        return what.Megabytes;
    }
}
