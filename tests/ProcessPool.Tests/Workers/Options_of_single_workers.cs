using System.Collections.Concurrent;
using System.Diagnostics;

namespace ProcessPool.Tests.Workers;

/// <summary>PoolOptions.ConfigureWorker gives each worker an environment and processors by its number.</summary>
[CancelAfter(120_000)]
internal sealed class Options_of_single_workers
{
    private const string Variable = "PROCESSPOOL_TEST_DEVICE";

    [Test]
    public async Task Variables_go_by_the_number_also_in_replacements_and_in_workers_that_are_added()
    {
        var asked = new ConcurrentQueue<int>();
        await using var pool = new Pool(new PoolOptions
        {
            Workers = 2,
            Environment = new Dictionary<string, string?> { [Variable] = "common", ["PROCESSPOOL_TEST_COMMON"] = "yes", ["PROCESSPOOL_TEST_GONE"] = "no" },
            ConfigureWorker = worker =>
            {
                asked.Enqueue(worker);
                return new WorkerOptions { Environment = new Dictionary<string, string?> { [Variable] = $"device {worker}", ["PROCESSPOOL_TEST_GONE"] = null } };
            },
        });
        await AssertVariables(2);
        foreach (var worker in pool.WorkerPids) Process.GetProcessById(worker).Kill();
        await AssertVariables(2);
        pool.Resize(4);
        await AssertVariables(4);
        pool.Resize(1);
        pool.Resize(4);
        await AssertVariables(4);
        Assert.That(asked, Is.EqualTo((int[])[0, 1, 2, 3]), "once for each");

        async Task AssertVariables(int workers)
        {
            HashSet<int> seen = [];
            while (seen.Count < workers)
            {
                var options = new CallOptions { MaxAttempts = 3 };
                foreach (var (worker, device, common, gone) in await pool.MapAsync(static _ => Variables(), Enumerable.Range(0, 2 * workers), options))
                {
                    Assert.That((device, common, gone), Is.EqualTo(($"device {worker}", "yes", (string?)null)));
                    seen.Add(worker);
                }
            }
        }
    }

    [Test]
    [Platform("Linux")]
    public async Task Processors_go_by_the_number_for_all_threads_and_children_and_for_the_runtime()
    {
        if (Environment.ProcessorCount < 2) Assert.Ignore("This needs two processors.");
        int[] all = [.. ProcessorsOf("self")];
        var before = ProcessorsOfThreads();
        await using var pool = new Pool(new PoolOptions { Workers = 2, ConfigureWorker = worker => new WorkerOptions { Processors = [all[worker]] } });
        for (var round = 0; round < 2; round++)
        {
            HashSet<int> seen = [];
            while (seen.Count < 2)
            {
                foreach (var (worker, threads, child, count, share) in await pool.MapAsync(static _ => Look(), Enumerable.Range(0, 4), new CallOptions { MaxAttempts = 3 }))
                {
                    Assert.That(threads, Is.EqualTo($"{all[worker]}"), "on every thread");
                    Assert.That((child, count, share), Is.EqualTo(($"{all[worker]}", 1, "1")));
                    seen.Add(worker);
                }
            }

            // Their replacements get the same.
            if (round == 0) foreach (var worker in pool.WorkerPids) Process.GetProcessById(worker).Kill();
        }

        Assert.That(ProcessorsOfThreads(), Is.EqualTo(before), "the threads of this process are where they were");
    }

    [Test]
    [Platform("Linux")]
    public void Processors_that_this_process_may_not_use_are_refused_when_the_pool_is_made([Values(-1, 8191, 8192, int.MaxValue)] int processor)
    {
        var error = Assert.Throws<ArgumentException>(() => new Pool(new PoolOptions { Workers = 2, ConfigureWorker = worker => new WorkerOptions { Processors = worker == 0 ? [] : [0, processor] } }))!;
        Assert.That(error.Message, Does.StartWith($"PoolOptions.ConfigureWorker: worker 1 cannot run on processors 0, {processor} (WorkerOptions.Processors)"));
    }

    [Test]
    public void Variables_that_cannot_be_set_are_refused_with_the_worker() => Assert.That(
        () => new Pool(new PoolOptions { Workers = 1, ConfigureWorker = static _ => new WorkerOptions { Environment = new Dictionary<string, string?> { ["PROCESSPOOL_WORKER"] = "1" } } }),
        Throws.ArgumentException.With.Message.StartsWith("PoolOptions.ConfigureWorker: WorkerOptions.Environment of worker 0: PROCESSPOOL_WORKER is reserved for the pool itself."));

    [Test]
    public void Null_is_refused_too() => Assert.That(
        static () => new Pool(new PoolOptions { Workers = 1, ConfigureWorker = static _ => null! }),
        Throws.ArgumentException.With.Message.StartsWith("PoolOptions.ConfigureWorker returned null for worker 0."));

    [Test]
    public void What_the_function_throws_reaches_who_makes_or_resizes_the_pool()
    {
        static WorkerOptions Configure(int worker) => worker < 1 ? new WorkerOptions() : throw new FormatException($"{worker}");
        Assert.That(static () => new Pool(new PoolOptions { Workers = 2, ConfigureWorker = Configure }), Throws.InstanceOf<FormatException>());
        using var pool = new Pool(new PoolOptions { Workers = 1, ConfigureWorker = Configure });
        Assert.That(() => pool.Resize(2), Throws.InstanceOf<FormatException>());
        Assert.That((pool.Workers, pool.Apply(static () => 1)), Is.EqualTo((1, 1)));
    }

    [Test]
    public void It_is_not_called_where_items_run_in_this_process()
    {
        using var pool = new Pool(new PoolOptions { Workers = 0, ConfigureWorker = static _ => throw new FormatException() });
        Assert.That(pool.Apply(static () => 1), Is.EqualTo(1));
    }

    private static (int Worker, string? Device, string? Common, string? Gone) Variables()
    {
        Thread.Sleep(20);
        return (WorkerContext.WorkerId, Environment.GetEnvironmentVariable(Variable), Environment.GetEnvironmentVariable("PROCESSPOOL_TEST_COMMON"), Environment.GetEnvironmentVariable("PROCESSPOOL_TEST_GONE"));
    }

    private static (int Worker, string Threads, string Child, int Count, string? Share) Look()
    {
        Thread.Sleep(20);
        using var child = Process.Start(new ProcessStartInfo("/bin/grep", ["Cpus_allowed_list", "/proc/self/status"]) { RedirectStandardOutput = true })!;
        var line = child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        var threads = string.Join(' ', ProcessorsOfThreads().Select(static of => string.Join(',', of)).Distinct());
        return (WorkerContext.WorkerId, threads, line.Split(':')[1].Trim(), Environment.ProcessorCount, Environment.GetEnvironmentVariable("OMP_NUM_THREADS"));
    }

    private static HashSet<string> ProcessorsOfThreads()
    {
        HashSet<string> all = [];
        foreach (var task in Directory.GetDirectories("/proc/self/task"))
        {
            try
            {
                all.Add(string.Join(',', ProcessorsOf($"self/task/{Path.GetFileName(task)}")));
            }
            catch (IOException)
            {
                // The thread has ended.
            }
        }

        return all;
    }

    private static IEnumerable<int> ProcessorsOf(string process)
    {
        var list = File.ReadLines($"/proc/{process}/status").First(static line => line.StartsWith("Cpus_allowed_list:", StringComparison.Ordinal)).Split(':')[1].Trim();
        foreach (var range in list.Split(','))
        {
            var ends = range.Split('-').Select(int.Parse).ToArray();
            for (var processor = ends[0]; processor <= ends[^1]; processor++) yield return processor;
        }
    }
}
