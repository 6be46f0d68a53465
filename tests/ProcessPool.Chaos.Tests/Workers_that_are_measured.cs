using System.Globalization;
using ProcessPool.Chaos.Tests.Support;
using ProcessPool.Workers;

namespace ProcessPool.Chaos.Tests;

/// <summary>How memory is measured, and which worker is killed for it. Nothing is left to chance.</summary>
[TimeLimit(120)]
internal sealed class Workers_that_are_measured
{
    private const long MiB = 1 << 20;

    [Test]
    public async Task Those_that_are_too_large_from_the_start_fail_the_calls()
    {
        var launcher = new MeasuredLauncher(static () => 65 * MiB);
        await using var pool = new Pool(new PoolOptions { Workers = 2, MaxWorkerMemory = 64 * MiB }, launcher);
        var failure = (await Assert.ThrowsAsync<WorkerStartException>(() => pool.ApplyAsync(static () => 5)))!;
        Assert.That(failure.Message, Does.Contain("takes 65 MiB of private memory before its first item; the limit is 64 MiB (PoolOptions.MaxWorkerMemory)"));
    }

    [Test]
    public async Task One_that_grew_is_replaced_as_often_as_it_does()
    {
        var memory = 0L;
        var launcher = new MeasuredLauncher(() => Volatile.Read(ref memory));
        await using var pool = new Pool(new PoolOptions { Workers = 1, MaxWorkerMemory = 64 * MiB }, launcher);
        for (var round = 1; round <= 3; round++)
        {
            var process = await pool.ApplyAsync(static () => Environment.ProcessId);
            Volatile.Write(ref memory, 65 * MiB);
            Assert.That(Eventually.True(() => !Processes.IsAlive(process)), Is.True);
            Volatile.Write(ref memory, 0);
            Assert.That(await pool.ApplyAsync(static () => Environment.ProcessId), Is.Not.EqualTo(process));
        }
    }

    [Test]
    public async Task Where_nobody_can_say_none_is_killed()
    {
        await using var pool = new Pool(new PoolOptions { Workers = 1, MaxWorkerMemory = 64 * MiB, RecycleAboveMemory = 32 * MiB }, new MeasuredLauncher(static () => null));
        var processes = await pool.MapAsync(static _ => Environment.ProcessId, Enumerable.Range(0, 100));
        Assert.That(processes.Distinct().Count(), Is.EqualTo(1));
    }

    [TestCase("Name:\tdotnet\nVmRSS:\t  900 kB\nRssAnon:\t     512 kB\nRssFile:\t 100 kB\nVmSwap:\t       8 kB\nThreads:\t1\n", 520)]
    [TestCase("Name:\tRssAnon: 7 kB\nRssAnon:\t     512 kB\n", 512)]
    [TestCase("Name:\tdotnet\nState:\tZ (zombie)\nThreads:\t1\n", null)]
    [TestCase("RssFile:\t 5 kB\nRssAnon:\t     many kB\n", null)]
    [TestCase("", null)]
    public void Private_memory_is_what_is_anonymous_resident_or_swapped_out(string status, int? kibibytes) =>
        Assert.That(ProcessMemory.Parse(System.Text.Encoding.UTF8.GetBytes(status)), Is.EqualTo(1024L * kibibytes));

    [Test]
    public async Task The_kernel_takes_a_worker_before_its_coordinator_and_what_the_worker_starts_too()
    {
        await using var pool = new Pool(1);
        var worker = await pool.ApplyAsync(static () => Preference("self"));
        Assert.That(worker, Is.EqualTo(Math.Min(1000, Preference("self") + 500)));
        var nested = await pool.ApplyAsync(static () =>
        {
            using var inner = new Pool(1);
            return inner.Apply(static () => Preference("self"));
        });
        Assert.That(nested, Is.EqualTo(Math.Min(1000, worker + 500)));
    }

    private static int Preference(string process) =>
        int.Parse(File.ReadAllText($"/proc/{process}/oom_score_adj"), CultureInfo.InvariantCulture);
}
