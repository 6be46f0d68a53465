using System.Collections.Concurrent;
using ProcessPool.Chaos.Tests.Support;

namespace ProcessPool.Chaos.Tests;

/// <summary>However much is printed, it is nowhere kept whole, and costs nothing else.</summary>
[TimeLimit(120)]
internal sealed class Floods_of_output
{
    private const int LongestPart = 16 * 1024 * 1024;

    [Test]
    public async Task A_line_without_an_end_comes_in_parts([Values] bool throughConsole)
    {
        const int megabytes = 300;
        List<(int Length, bool IsPartial)> parts = [];
        var most = 0L;
        await using (var pool = new Pool(new PoolOptions { Workers = 2, Output = Take }))
        {
            var printing = pool.ApplyAsync(Print, (megabytes, throughConsole));
            Assert.That(pool.Map(static item => item, Enumerable.Range(0, 1_000)), Is.EqualTo(Enumerable.Range(0, 1_000)));
            Assert.That(await printing, Is.EqualTo(megabytes));
        }

        Assert.That(parts.Sum(static part => (long)part.Length), Is.EqualTo(megabytes * 1024L * 1024));
        Assert.That(parts.SkipLast(1), Is.All.EqualTo((LongestPart, true)));
        Assert.That(parts[^1].IsPartial, Is.False);
        Assert.That(most, Is.LessThan(200L * 1024 * 1024), "it is nowhere kept whole");

        void Take(WorkerOutput line)
        {
            parts.Add((line.Line.Length, line.IsPartial));
            most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true));
        }
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

    private static int PrintNumber(int item)
    {
        Console.WriteLine(item);
        return item;
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
