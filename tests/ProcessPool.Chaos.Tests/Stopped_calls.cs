using System.Diagnostics;
using ProcessPool.Chaos.Tests.Support;

namespace ProcessPool.Chaos.Tests;

/// <summary>A stopped call ends once none of its items runs, and affects no other call.</summary>
[TimeLimit(60)]
[TestFixture(true)]
[TestFixture(false)]
[Parallelizable(ParallelScope.All)]
internal sealed class Stopped_calls(bool useStatusPage)
{
    [Test]
    public async Task A_cancelled_map_ends_with_the_callers_token_when_nothing_runs()
    {
        using var directory = new TemporaryDirectory();
        using var cancellation = new CancellationTokenSource();
        var (token, path) = (cancellation.Token, directory.Path);
        await using var pool = NewPool(TimeSpan.FromSeconds(60));
        var call = pool.MapAsync(item => RunUntilCancelled(path, item, token), Enumerable.Range(0, 100), cancellationToken: token);
        Assert.That(Eventually.True(() => directory.Count("started-*") == 2), Is.True);
        var workers = pool.WorkerPids;
        await cancellation.CancelAsync();
        var error = await Assert.CatchAsync<OperationCanceledException>(() => call);
        Assert.That(error!.CancellationToken, Is.EqualTo(token));
        Assert.That(directory.Count("ended-*"), Is.EqualTo(directory.Count("started-*")), "nothing runs any more");
        Assert.That(directory.Count("started-*"), Is.EqualTo(2), "no further item was started");
        Assert.That(pool.WorkerPids, Is.EqualTo(workers), "no worker had to be killed");
    }

    [Test]
    public async Task An_item_that_ignores_its_token_is_killed()
    {
        using var directory = new TemporaryDirectory();
        using var cancellation = new CancellationTokenSource();
        var started = directory.File("started");
        await using var pool = NewPool(TimeSpan.FromSeconds(0.5));
        var call = pool.ApplyAsync(() => { File.WriteAllText(started, $"{Environment.ProcessId}"); Thread.Sleep(60_000); }, cancellationToken: cancellation.Token);
        Assert.That(Eventually.True(() => File.Exists(started)), Is.True);
        var clock = Stopwatch.StartNew();
        await cancellation.CancelAsync();
        Assert.That(async () => await call, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(clock.Elapsed, Is.InRange(TimeSpan.FromSeconds(0.4), TimeSpan.FromSeconds(20)));
        Assert.That(Processes.IsAlive(int.Parse(File.ReadAllText(started))), Is.False);
        Assert.That(await pool.ApplyAsync(static () => 5), Is.EqualTo(5));
    }

    [Test]
    public async Task The_first_failure_ends_a_map_with_its_own_exception()
    {
        await using var pool = NewPool(TimeSpan.FromSeconds(0.2));
        await pool.WaitUntilReadyAsync();
        var clock = Stopwatch.StartNew();
        var call = pool.MapAsync(static item => ThrowOrSleep(item), Enumerable.Range(0, 1_000));
        Assert.That(async () => await call, Throws.TypeOf<InvalidDataException>().With.Message.EqualTo("It is 0."));
        Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(20)));
    }

    [Test]
    public async Task Other_calls_do_not_notice()
    {
        await using var pool = NewPool(TimeSpan.FromSeconds(0.1));
        using var stop = new CancellationTokenSource();
        var others = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            var rounds = 0;
            for (; !stop.IsCancellationRequested; rounds++)
                Assert.That(await pool.MapAsync(static item => item + 1, Enumerable.Range(0, 500)), Is.EqualTo(Enumerable.Range(1, 500)));
            return rounds;
        })).ToArray();
        for (var round = 0; round < 8; round++)
        {
            Assert.That(
                async () => await pool.MapAsync(static item => ThrowOrSleep(item), Enumerable.Range(0, 100)),
                Throws.TypeOf<InvalidDataException>());
        }

        await stop.CancelAsync();
        Assert.That(await Task.WhenAll(others), Is.All.Positive);
    }

    [Test]
    public async Task Calls_that_fail_over_and_over_cost_no_worker()
    {
        await using var pool = NewPool(TimeSpan.FromSeconds(60));
        await pool.WaitUntilReadyAsync();
        var workers = pool.WorkerPids;
        for (var round = 0; round < 1_000; round++)
        {
            var failing = round;
            Assert.That(
                async () => await pool.MapAsync(item => item == failing % 300 ? throw new InvalidDataException() : item, Enumerable.Range(0, 300)),
                Throws.TypeOf<InvalidDataException>());
        }

        Assert.That(pool.WorkerPids, Is.EqualTo(workers));
    }

    [Test]
    public async Task Calls_cancelled_at_any_moment_cost_no_worker()
    {
        await using var pool = NewPool(TimeSpan.FromSeconds(60));
        await pool.WaitUntilReadyAsync();
        var workers = pool.WorkerPids;
        var random = new Random(1);
        for (var round = 0; round < 500; round++)
        {
            using var cancellation = new CancellationTokenSource();
            var call = pool.MapAsync(static item => item, Enumerable.Range(0, 3_000), cancellationToken: cancellation.Token);
            Items.Spin(random.NextDouble() * 2);
            await cancellation.CancelAsync();
            try
            {
                Assert.That(await call, Is.EqualTo(Enumerable.Range(0, 3_000)));
            }
            catch (OperationCanceledException)
            {
                // The token fired before the call ended.
            }
        }

        Assert.That(pool.WorkerPids, Is.EqualTo(workers));
    }

    [Test]
    public async Task A_token_fires_also_behind_many_arguments()
    {
        using var directory = new TemporaryDirectory();
        using var cancellation = new CancellationTokenSource();
        var (token, path) = (cancellation.Token, directory.Path);
        await using var pool = NewPool(TimeSpan.FromSeconds(60), workers: 1);
        var arguments = Enumerable.Range(0, 3_000).Select(static item => Sized(item)).ToArray();
        var call = pool.MapAsync(argument => BitConverter.ToInt32(argument) == 2_500 ? RunUntilCancelled(path, 0, token) : 0, arguments, cancellationToken: token);
        Assert.That(Eventually.True(() => directory.Count("started-*") == 1), Is.True);
        var clock = Stopwatch.StartNew();
        await cancellation.CancelAsync();
        Assert.That(async () => await call, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(20)));
        Assert.That(directory.Count("ended-*"), Is.EqualTo(1), "the item saw its token");
    }

    private Pool NewPool(TimeSpan killDelay, int workers = 2) =>
        new(new PoolOptions { Workers = workers, KillDelay = killDelay, UseStatusPage = useStatusPage });

    private static byte[] Sized(int item)
    {
        var argument = new byte[20_000];
        BitConverter.TryWriteBytes(argument, item);
        return argument;
    }

    private static int RunUntilCancelled(string directory, int item, CancellationToken token)
    {
        File.WriteAllText(Path.Combine(directory, $"started-{item}"), "");
        token.WaitHandle.WaitOne(TimeSpan.FromSeconds(60));
        Thread.Sleep(50);
        if (token.IsCancellationRequested) File.WriteAllText(Path.Combine(directory, $"ended-{item}"), "");
        return item;
    }

    private static int ThrowOrSleep(int item)
    {
        if (item == 0) throw new InvalidDataException("It is 0.");
        Thread.Sleep(60_000);
        return item;
    }
}
