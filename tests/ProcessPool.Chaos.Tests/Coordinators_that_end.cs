using ProcessPool.Chaos.Tests.Support;

namespace ProcessPool.Chaos.Tests;

/// <summary>However a coordinator ends, it leaves nothing behind: no worker, no child process of a task, no file.</summary>
[TimeLimit(60)]
[Parallelizable(ParallelScope.All)]
internal sealed class Coordinators_that_end
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(2);

    [Test]
    public void Nothing_is_left_of_a_coordinator_that_was_killed()
    {
        using var directory = new TemporaryDirectory();
        using var coordinator = StartBusy("busy", directory);
        Processes.Signal(coordinator.Id, Processes.SigKill);
        AssertNothingIsLeft(coordinator);
    }

    [TestCase(Processes.SigInt, false)]
    [TestCase(Processes.SigInt, true)]
    [TestCase(Processes.SigTerm, false)]
    [TestCase(Processes.SigTerm, true)]
    [TestCase(Processes.SigHangUp, true)]
    public void A_signal_ends_a_coordinator_at_once_and_in_silence(int signal, bool toTheGroup)
    {
        using var directory = new TemporaryDirectory();
        using var coordinator = StartBusy("busy", directory);
        Processes.Signal(toTheGroup ? -coordinator.Id : coordinator.Id, signal);
        Assert.That(coordinator.WaitForExit(Eventually.Bound), Is.EqualTo(128 + signal));
        AssertNothingIsLeft(coordinator);
        Assert.That(coordinator.Error, Is.Empty);
        Assert.That(coordinator.Output, Is.Empty);
    }

    [Test]
    public void Nothing_is_left_of_a_coordinator_that_crashed()
    {
        using var directory = new TemporaryDirectory();
        using var coordinator = StartBusy("fail-fast", directory);
        File.WriteAllText(directory.File("go"), "");
        coordinator.WaitForExit(Eventually.Bound);
        AssertNothingIsLeft(coordinator);
    }

    [Test]
    public void Nothing_is_left_of_a_coordinator_that_returned_from_Main_without_disposing_of_its_pool()
    {
        using var directory = new TemporaryDirectory();
        using var coordinator = StartBusy("return", directory);
        File.WriteAllText(directory.File("go"), "");
        Assert.That(coordinator.WaitForExit(Eventually.Bound), Is.Zero);
        AssertNothingIsLeft(coordinator);
        Assert.That(coordinator.Error, Is.Empty);
    }

    [Test]
    public void Nothing_is_left_of_the_pools_in_its_workers_when_it_is_killed()
    {
        using var directory = new TemporaryDirectory();
        using var coordinator = StartNested(directory);
        Processes.Signal(coordinator.Id, Processes.SigKill);
        AssertNothingIsLeft(coordinator);
    }

    [Test]
    public void Nothing_is_left_of_the_pool_in_a_worker_that_is_killed_and_its_coordinator_goes_on()
    {
        using var directory = new TemporaryDirectory();
        using var coordinator = StartNested(directory);
        var family = coordinator.Family;
        var worker = int.Parse(File.ReadAllText(directory.File("nested-worker")));
        Processes.Signal(worker, Processes.SigKill);
        Assert.That(Eventually.True(() => family.TrueForAll(process => process == coordinator.Id || !Processes.IsAlive(process)), Soon), Is.True);
        Assert.That(coordinator.WaitForExit(Eventually.Bound), Is.Zero);
        Assert.That(coordinator.Output, Is.EqualTo("was killed by SIGKILL\n5\n"));
        AssertNothingIsLeft(coordinator);
    }

    [Test]
    public void A_pool_that_was_dropped_and_collected_leaves_no_worker()
    {
        using var directory = new TemporaryDirectory();
        using var coordinator = new CoordinatorProcess("drop", directory);
        Assert.That(Eventually.True(() => directory.Count("busy-workers") == 1), Is.True);
        Assert.That(Eventually.True(() => coordinator.Family.Count == 1), Is.True, "only the coordinator is left");
        File.WriteAllText(directory.File("go"), "");
        Assert.That(coordinator.WaitForExit(Eventually.Bound), Is.Zero);
    }

    [Test]
    public void Workers_ignore_the_signals_that_a_service_manager_sends_to_all()
    {
        using var pool = new Pool(1);
        var worker = pool.Apply(static () => Environment.ProcessId);
        foreach (var signal in new[] { Processes.SigInt, Processes.SigTerm, Processes.SigHangUp })
        {
            var call = pool.MapAsync(static item => { Items.Spin(1); return Environment.ProcessId; }, Enumerable.Range(0, 200));
            Processes.Signal(worker, signal);
            Assert.That(call.GetAwaiter().GetResult(), Is.All.EqualTo(worker), $"signal {signal}");
        }
    }

    /// <summary>A coordinator with two workers. Both run an item that has started a child process.</summary>
    private static CoordinatorProcess StartBusy(string command, TemporaryDirectory directory)
    {
        var coordinator = new CoordinatorProcess(command, directory);
        Assert.That(Eventually.True(() => directory.Count("busy-*") == 2), Is.True, "both workers are busy");
        Assert.That(coordinator.Family, Has.Count.EqualTo(5), "the coordinator, two workers, two children");
        return coordinator;
    }

    /// <summary>A coordinator whose worker has a pool. That pool's worker runs an item that has started a child.</summary>
    private static CoordinatorProcess StartNested(TemporaryDirectory directory)
    {
        var coordinator = new CoordinatorProcess("nested", directory);
        Assert.That(Eventually.True(() => directory.Count("busy-*") == 1), Is.True, "the worker's worker is busy");
        Assert.That(coordinator.Family, Has.Count.EqualTo(4), "the coordinator, its worker, the worker's worker, its child");
        return coordinator;
    }

    private static void AssertNothingIsLeft(CoordinatorProcess coordinator)
    {
        Assert.That(Eventually.True(() => coordinator.Family.Count == 0, Soon), Is.True, "no process is left two seconds later");
        Assert.That(Directory.GetFileSystemEntries(coordinator.TemporaryFiles), Is.Empty, "no file is left");
        Assert.That(Directory.GetFileSystemEntries("/dev/shm", $"*-{coordinator.Id}-*"), Is.Empty, "no file is left in /dev/shm");
    }
}
