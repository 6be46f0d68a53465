using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace ProcessPool.Tests.Semantics;

/// <summary>Without workers, items run in this process, through the same code.</summary>
[CancelAfter(60_000)]
[NonParallelizable]
internal sealed class Pools_within_this_process
{
    private static int _calls;

    [Test]
    public async Task Run_items_here_in_every_way_to_call()
    {
        await using var pool = new Pool(0);
        await pool.WaitUntilReadyAsync();
        Assert.That((pool.Workers, pool.WorkerPids.Count), Is.EqualTo((0, 0)));
        var before = _calls;
        var process = Environment.ProcessId;
        Assert.That(await pool.MapAsync(static x => { _calls++; return (x, Environment.ProcessId); }, Enumerable.Range(0, 1000)), Is.EqualTo(Enumerable.Range(0, 1000).Select(x => (x, process))));
        Assert.That(_calls - before, Is.EqualTo(1000), "static fields are the same");
        Assert.That(pool.Imap(static x => x + 1, Enumerable.Range(0, 1000)).ToBlockingEnumerable(), Is.EqualTo(Enumerable.Range(1, 1000)));
        Assert.That(await pool.ApplyAsync(static () => (WorkerContext.IsWorker, WorkerContext.WorkerId, WorkerContext.Item)), Is.EqualTo((true, 0, 0L)));
    }

    [Test]
    public void Values_are_copies_all_the_same()
    {
        using var pool = new Pool(0);
        var numbers = new List<int> { 1 };
        Assert.That(pool.Apply(() => { numbers.Add(2); return numbers.Count; }), Is.EqualTo(2));
        Assert.That(numbers, Has.Count.EqualTo(1));
        Assert.That(() => pool.Apply(static x => x, (object)typeof(int).Assembly), Throws.TypeOf<ValueException>());
        using var stream = new MemoryStream();
        Assert.That(() => pool.Apply(() => stream.Length), Throws.TypeOf<ValueException>());
    }

    [Test]
    public async Task Failures_arrive_as_from_a_worker()
    {
        await using var pool = new Pool(0);
        var error = (await Assert.ThrowsAsync<FormatException>(() => pool.MapAsync(static x => x == 3 ? throw new FormatException("three") : x, Enumerable.Range(0, 10))))!;
        Assert.That((error.Message, error.Data["ProcessPool.Item"], error.Data["ProcessPool.Worker"]), Is.EqualTo(("three", 3L, 0)));
        Assert.That(error.StackTrace, Does.Contain(nameof(Pools_within_this_process)));
        var errors = (await Assert.ThrowsAsync<ItemsFailedException>(() => pool.MapAsync(static x => x % 2 == 1 ? throw new FormatException() : x, Enumerable.Range(0, 10), new CallOptions { Errors = ErrorPolicy.FinishAll })))!;
        Assert.That(errors.Items, Is.EqualTo(new[] { 1, 3, 5, 7, 9 }));
        Assert.That(await pool.ApplyAsync(static () => 1), Is.EqualTo(1));
    }

    [Test]
    public async Task Nothing_is_kept_of_calls_that_have_failed()
    {
        await using var pool = new Pool(0);
        var inputs = Enumerable.Range(0, 5).Select(_ => Fail(pool)).ToArray();
        await pool.ApplyAsync(static () => 1);
        for (var i = 0; i < 100 && inputs.Any(static input => input.IsAlive); i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            await Task.Delay(100);
        }

        Assert.That(inputs.Count(static input => input.IsAlive), Is.Zero);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static WeakReference Fail(Pool pool)
        {
            var input = new byte[1000];
            Assert.Throws<FormatException>(() => pool.Map(static int (x) => throw new FormatException(), [input]));
            return new WeakReference(input);
        }
    }

    [Test]
    public async Task Time_limits_of_items_do_not_count_as_a_breakpoint_may_take_long()
    {
        await using var pool = new Pool(new PoolOptions { Workers = 0, ItemTimeout = TimeSpan.FromMilliseconds(10), KillDelay = TimeSpan.Zero });
        Assert.That(await pool.ApplyAsync(static () => { Thread.Sleep(300); return 1; }, new CallOptions { ItemTimeout = TimeSpan.FromMilliseconds(10) }), Is.EqualTo(1));
    }

    [Test]
    public void Changing_their_size_does_nothing_so_that_a_program_is_debugged_as_it_is()
    {
        using var pool = new Pool(0);
        pool.Resize(4);
        Assert.That(pool.Workers, Is.Zero);
        Assert.That(pool.Map(static x => (x, WorkerContext.WorkerId), Enumerable.Range(0, 20)), Is.EqualTo(Enumerable.Range(0, 20).Select(static x => (x, 0))));
    }

    [Test]
    public async Task A_token_fires_while_an_item_runs()
    {
        await using var pool = new Pool(0);
        using var cancellation = new CancellationTokenSource();
        var call = pool.ApplyAsync(static () => WorkerContext.CancellationToken.WaitHandle.WaitOne(), cancellationToken: cancellation.Token);
        await Task.Delay(50);
        cancellation.Cancel();
        await Assert.CatchAsync<OperationCanceledException>(() => call);
        Assert.That(await pool.ApplyAsync(static () => 1), Is.EqualTo(1));
    }

    [Test]
    public async Task Initializers_recycling_and_shared_memory_work_as_elsewhere()
    {
        using var array = SharedArray.Create<int>(100);
        await using (var pool = new Pool(new PoolOptions { Workers = 0, RecycleAfter = 10, Initializer = static () => _calls = 1_000_000 }))
        {
            await pool.MapAsync(i => { array[i] = i + _calls; }, Enumerable.Range(0, 100));
        }

        Assert.That(Enumerable.Range(0, 100).Select(i => array[i]), Is.EqualTo(Enumerable.Range(1_000_000, 100)));
    }

    [Test]
    public async Task Each_has_a_state_of_its_own_and_a_finalizer()
    {
        Pool[] pools = [.. Enumerable.Range(0, 3).Select(static i => new Pool(new PoolOptions { Workers = 0, Initializer = () => new List<int> { i }, Finalizer = () => WorkerContext.State<List<int>>() }))];
        await using var without = new Pool(0);
        using var data = SharedData.Create("text");
        for (var i = 0; i < pools.Length; i++)
            Assert.That(await pools[i].ApplyAsync(async () => await Task.Run(() => { WorkerContext.State<List<int>>().Add(data.Value.Length); return data.Value; })), Is.EqualTo("text"));
        Assert.That(() => without.Apply(static () => WorkerContext.State<List<int>>().Count), Throws.InvalidOperationException.With.Message.StartsWith("This worker has no state"));
        foreach (var pool in pools) await pool.DisposeAsync();
        Assert.That(pools.Select(static pool => pool.ExitResults<List<int>>().Single().Value), Is.EqualTo(new List<int>[] { [0, 4], [1, 4], [2, 4] }));
        Assert.That(static () => WorkerContext.State<List<int>>(), Throws.InvalidOperationException);
    }

    [Test]
    public async Task Large_values_pass_each_other()
    {
        await using var pool = new Pool(0);
        var arguments = Enumerable.Range(0, 6).Select(static i => new byte[8_000_000 + i]).ToArray();
        Assert.That((await pool.MapAsync(static bytes => bytes, arguments)).Select(static bytes => bytes.Length), Is.EqualTo(arguments.Select(static bytes => bytes.Length)));
    }

    [Test]
    public void Nothing_is_left_of_them()
    {
        Repeat(5);
        var (files, threads) = (Directory.GetFiles("/proc/self/fd").Length, Process.GetCurrentProcess().Threads.Count);
        Repeat(50);
        Assert.That(SpinWait.SpinUntil(() => Directory.GetFiles("/proc/self/fd").Length <= files + 3, TimeSpan.FromSeconds(20)), "descriptors");
        Assert.That(SpinWait.SpinUntil(() => Process.GetCurrentProcess().Threads.Count <= threads + 6, TimeSpan.FromSeconds(20)), "threads");

        static void Repeat(int times)
        {
            for (var i = 0; i < times; i++)
            {
                using var pool = new Pool(0);
                Assert.That(pool.Map(static x => x + 1, [1, 2]), Is.EqualTo(new[] { 2, 3 }));
            }
        }
    }

    [Test]
    public void The_environment_may_say_so_and_else_what_is_usual()
    {
        const string variable = "PROCESSPOOL_WORKERS";
        Environment.SetEnvironmentVariable(variable, "0");
        try
        {
            using (var pool = new Pool(8)) Assert.That((pool.Workers, pool.Apply(static () => Environment.ProcessId)), Is.EqualTo((0, Environment.ProcessId)));
            Environment.SetEnvironmentVariable(variable, "3");
            using (var pool = new Pool()) Assert.That(pool.Workers, Is.EqualTo(3));
            using (var pool = new Pool(2)) Assert.That(pool.Workers, Is.EqualTo(2), "what the program says counts, but for 0");
            Environment.SetEnvironmentVariable(variable, "many");
            Assert.That(() => new Pool(), Throws.ArgumentException.With.Message.Contains("PROCESSPOOL_WORKERS is 'many'"));
        }
        finally
        {
            Environment.SetEnvironmentVariable(variable, null);
        }
    }

    [Test]
    public async Task Closing_terminating_and_disposing_end_them()
    {
        var pool = new Pool(0);
        var call = pool.ApplyAsync(static () => { Thread.Sleep(200); return 5; });
        pool.Close();
        pool.Join();
        Assert.That(await call, Is.EqualTo(5));
        using var other = new Pool(0);
        var hung = other.MapAsync(static _ => Thread.Sleep(500), Enumerable.Range(0, 100));
        other.Terminate();
        await Assert.ThrowsAsync<PoolTerminatedException>(() => hung);
    }
}
