using System.Diagnostics;
using ProcessPool.Chaos.Tests.Support;

namespace ProcessPool.Chaos.Tests;

/// <summary>A blocked caller never waits for anything that needs a thread of the thread pool.</summary>
[TimeLimit(60)]
internal sealed class Blocked_thread_pools
{
    [Test]
    public async Task Sixty_four_blocked_calls_are_done_in_no_time()
    {
        await using var pool = new Pool(2);
        await pool.WaitUntilReadyAsync();
        pool.Map(static item => item, Enumerable.Range(0, 100));
        var took = await WithAllThreadsBlocked(caller => Assert.That(pool.Apply(static item => item * 2, caller), Is.EqualTo(caller * 2)));
        Assert.That(took, Is.LessThan(TimeSpan.FromSeconds(2)));
    }

    [Test]
    public async Task Reports_of_tasks_reach_blocked_callers()
    {
        await using var pool = new Pool(2);
        await pool.WaitUntilReadyAsync();
        var sum = 0;
        IProgress<int> progress = new Adding(value => Interlocked.Add(ref sum, value));
        var took = await WithAllThreadsBlocked(caller => pool.Apply(() => progress.Report(caller)));
        Assert.That(took, Is.LessThan(TimeSpan.FromSeconds(10)));
        Assert.That(sum, Is.EqualTo(63 * 32));
    }

    [Test]
    public async Task Pools_can_be_disposed_of_by_blocked_threads()
    {
        Pool[] pools = [.. Enumerable.Range(0, 8).Select(static _ => new Pool(1))];
        foreach (var pool in pools) pool.Apply(static () => 1);
        var took = await WithAllThreadsBlocked(caller => pools[caller % pools.Length].Dispose());
        Assert.That(took, Is.LessThan(TimeSpan.FromSeconds(5)));
    }

    [Test]
    public void Workers_are_started_seen_dead_and_replaced_and_leave_nothing_open()
    {
        UsePool();
        const int items = 400;
        using var release = new ManualResetEventSlim();
        var files = Processes.OpenFiles();
        var (begun, ended) = (0, 0);
        for (var item = 0; item < items; item++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(
                _ =>
                {
                    Interlocked.Increment(ref begun);
                    release.Wait();
                    Interlocked.Increment(ref ended);
                },
                null);
        }

        try
        {
            for (var pool = 0; pool < 3; pool++) UsePool();
            Assert.That(Processes.OpenFiles(), Is.LessThanOrEqualTo(files));
            Assert.That(begun, Is.LessThan(items), "the thread pool was blocked the whole time");
        }
        finally
        {
            release.Set();
            Assert.That(Eventually.True(() => Volatile.Read(ref ended) == items), Is.True);
        }

        static void UsePool()
        {
            using var pool = new Pool(2);
            Assert.That(pool.Map(static item => item + 1, [1, 2]), Is.EqualTo([2, 3]));
            var death = Assert.Throws<WorkerDiedException>(() => pool.Apply(static () => Processes.Signal(Environment.ProcessId, Processes.SigKill)));
            Assert.That(death!.ExitCode, Is.EqualTo(137));
            Assert.That(Eventually.True(() => pool.WorkerPids is { Count: 2 } now && !now.Contains(death.WorkerProcessId!.Value)), Is.True, "the dead worker is replaced");
            Assert.That(pool.Map(static item => item + 1, [1, 2]), Is.EqualTo([2, 3]));
        }
    }

    /// <summary>
    /// Runs 64 callers, which is more than the thread pool may have threads now. While they wait, nothing else runs on the pool.
    /// </summary>
    private static async Task<TimeSpan> WithAllThreadsBlocked(Action<int> call)
    {
        const int callers = 64;
        const int threads = 16;
        ThreadPool.GetMinThreads(out var least, out var leastIo);
        ThreadPool.GetMaxThreads(out var most, out var mostIo);
        ThreadPool.SetMinThreads(threads, leastIo);
        ThreadPool.SetMaxThreads(threads, mostIo);
        try
        {
            var clock = Stopwatch.StartNew();
            var calls = Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(() => call(caller))));
            using var done = new ManualResetEventSlim();
            _ = calls.ContinueWith(_ => done.Set(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            var inTime = done.Wait(TimeSpan.FromSeconds(15));
            clock.Stop();
            ThreadPool.SetMaxThreads(most, mostIo);
            await calls;
            return inTime ? clock.Elapsed : TimeSpan.MaxValue;
        }
        finally
        {
            ThreadPool.SetMaxThreads(most, mostIo);
            ThreadPool.SetMinThreads(least, leastIo);
        }
    }

    private sealed class Adding(Action<int> add) : IProgress<int>
    {
        public void Report(int value) => add(value);
    }
}
