using System.Diagnostics;
using ProcessPool.Chaos.Tests.Support;
using ProcessPool.Workers;

namespace ProcessPool.Chaos.Tests;

/// <summary>A pool whose workers cannot start reports why. It neither hangs nor retries forever.</summary>
[TimeLimit(60)]
internal sealed class Workers_that_do_not_start
{
    [TestCase("exec /bin/false", "ended with exit code 1")]
    [TestCase("echo no such runtime >&2; exit 131", "no such runtime")]
    [TestCase("echo no such runtime >&2; exit 131", "SIGQUIT")]
    [TestCase("echo 'You must install .NET'; echo see there >&2", "You must install .NET")]
    [TestCase("echo 'You must install .NET'; echo see there >&2", "see there")]
    [TestCase("echo no", "no")]
    [TestCase(@"printf '\316\0'", "did not start")]
    [TestCase(@"printf '\316\377\377\377\377'; exec sleep 100", "4294967295")]
    [TestCase(@"printf '\316\0\0\0\002\221\002'; exec sleep 100", "broke the protocol.*not a greeting")]
    [TestCase(@"printf '\316\0\0\0\012\224\001\001\052\245dummy'; exec sleep 100", "speaks version 1 of the protocol, this process version 3")]
    public async Task Calls_fail_with_the_reason(string script, string reason)
    {
        var launcher = new BrokenLauncher(script);
        await using var pool = new Pool(new PoolOptions { Workers = 2, Output = static _ => { } }, launcher);
        var error = await Assert.ThrowsAsync<WorkerStartException>(() => pool.MapAsync(static item => item, [1, 2, 3]));
        Assert.That(error!.Message, Does.Match(reason));
        Assert.That(error.Message, Does.Contain(script), "the message names the command");
        Assert.That(() => pool.Apply(static () => 1), Throws.TypeOf<WorkerStartException>().With.Message.Match(reason), "later calls fail, too");
        await pool.DisposeAsync();
        Assert.That(launcher.Starts, Is.LessThan(20));
        Assert.That(Processes.Children(), Is.Empty);
    }

    [Test]
    public async Task One_that_says_nothing_is_given_up_in_time()
    {
        var options = new PoolOptions { Workers = 2, StartTimeout = TimeSpan.FromSeconds(0.2) };
        await using var pool = new Pool(options, new BrokenLauncher("exec sleep 100"));
        var error = await Assert.ThrowsAsync<WorkerStartException>(() => pool.MapAsync(static item => item, [1, 2, 3]));
        Assert.That(error!.Message, Does.Contain("PoolOptions.StartTimeout"));
        await pool.DisposeAsync();
        Assert.That(Processes.Children(), Is.Empty);
    }

    [Test]
    public async Task One_that_has_just_said_hello_when_its_time_is_up_has_not_started()
    {
        var launcher = new MeasuredLauncher(static () => 0) { Started = static worker => worker.WaitForExit(Eventually.Bound) };
        var options = new PoolOptions { Workers = 1, StartTimeout = TimeSpan.FromSeconds(0.5) };
        await using var pool = new Pool(options, launcher);
        var error = await Assert.ThrowsAsync<WorkerStartException>(() => pool.WaitUntilReadyAsync());
        Assert.That(error!.Message, Does.Contain("PoolOptions.StartTimeout"));
    }

    [Test]
    public async Task Disposing_of_a_pool_does_not_wait_for_a_start_that_hangs()
    {
        var clock = Stopwatch.StartNew();
        await new Pool(new PoolOptions { Workers = 2 }, new BrokenLauncher("exec sleep 100")).DisposeAsync();
        Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(20)));
        Assert.That(Processes.Children(), Is.Empty);
    }

    [Test]
    public async Task An_enumeration_under_way_fails_with_the_reason()
    {
        await using var pool = new Pool(new PoolOptions { Workers = 1 }, new BrokenLauncher("exec /bin/false"));
        await using var stream = pool.Imap(static item => item, Enumerable.Range(0, 10)).GetAsyncEnumerator();
        Assert.That(async () => await stream.MoveNextAsync(), Throws.TypeOf<WorkerStartException>());
    }

    [Test]
    public void A_launcher_that_throws_something_else_does_not_end_the_coordinator()
    {
        using var pool = new Pool(new PoolOptions { Workers = 1 }, new ThrowingLauncher());
        Assert.That(() => pool.Apply(static () => 1), Throws.TypeOf<WorkerStartException>().With.Message.Contain("no memory for a page"));
    }

    [Test]
    public async Task A_process_that_cannot_be_served_does_not_end_the_coordinator_nor_stay()
    {
        var launcher = new BrokenLauncher("exec sleep 100") { HasNoThreads = true };
        await using var pool = new Pool(new PoolOptions { Workers = 2 }, launcher);
        Assert.That(() => pool.Apply(static () => 1), Throws.TypeOf<WorkerStartException>().With.Message.Contain("no more threads"));
        await pool.DisposeAsync();
        Assert.That(() => Processes.Children(), Is.Empty.After(10_000, 10));
    }

    [TestCase(3)]
    [TestCase(5)]
    [TestCase(7)]
    [TestCase(9)]
    public void A_coordinator_without_free_descriptors_lives_on(int spare)
    {
        using var directory = new TemporaryDirectory();
        using var coordinator = new CoordinatorProcess("few-files", directory, [$"{spare}"], mostFiles: 300);
        Assert.That(coordinator.WaitForExit(Eventually.Bound), Is.Zero, () => coordinator.Error);
        Assert.That(coordinator.Output, Is.EqualTo("1\nWorkerStartException\n").Or.EqualTo("1\nit ran\n"));
    }

    [Test]
    public void A_program_that_is_gone_is_told_with_the_systems_reason()
    {
        using var directory = new TemporaryDirectory();
        var root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", ".."));
        var own = directory.File("dotnet");
        File.Copy(Path.Combine(root, "dotnet"), own);
        foreach (var name in (string[])["host", "shared"]) Directory.CreateSymbolicLink(directory.File(name), Path.Combine(root, name));

        using var coordinator = new CoordinatorProcess("lose-program", directory, within: ["sh", "-c", "shift; exec \"$0\" \"$@\"", own]);
        Assert.That(coordinator.WaitForExit(Eventually.Bound), Is.Zero, () => coordinator.Error);
        Assert.That(coordinator.Output, Does.Contain($"`{own} exec ").And.Contains("No such file or directory"));
    }

    private sealed class ThrowingLauncher : IWorkerLauncher
    {
        public WorkerConnection Launch(int worker) => throw new IOException("no memory for a page");
    }
}
