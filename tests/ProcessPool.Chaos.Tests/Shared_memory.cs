using ProcessPool.Chaos.Tests.Support;

namespace ProcessPool.Chaos.Tests;

/// <summary>Processes that share memory end in the middle of its use, or may not look into each other.</summary>
[TimeLimit(120)]
internal sealed class Shared_memory
{
    [Test]
    public void Nothing_is_left_of_it_when_the_coordinator_is_killed()
    {
        using var directory = new TemporaryDirectory();
        using var coordinator = StartBusy(directory, "memory", 50);
        var name = Where(directory)["/memfd:".Length..];
        Assert.That(ProcessesThatHave(name), Has.Count.EqualTo(3), "the coordinator and two workers");
        Assert.That(Directory.GetFiles("/dev/shm", $"*-{coordinator.Id}-*"), Is.Empty);
        Processes.Signal(coordinator.Id, Processes.SigKill);
        Assert.That(Eventually.True(() => ProcessesThatHave(name).Count == 0), Is.True);
        Assert.That(Eventually.True(() => coordinator.Family.Count == 0), Is.True);
    }

    [Test]
    public void Files_that_stand_for_memory_are_left_by_such_a_kill_and_deleted_by_the_next_who_makes_one()
    {
        using var directory = new TemporaryDirectory();
        string left;
        using (var coordinator = StartBusy(directory, "files", 50))
        {
            left = Where(directory);
            Assert.That(left, Does.StartWith($"/dev/shm/processpool-shared-{coordinator.Id}-"));
            Processes.Signal(coordinator.Id, Processes.SigKill);
            Assert.That(Eventually.True(() => coordinator.Family.Count == 0), Is.True);
        }

        Assert.That(File.Exists(left));
        File.SetLastWriteTimeUtc(left, DateTime.UtcNow - TimeSpan.FromMinutes(1));
        using var second = new TemporaryDirectory();
        using var next = StartBusy(second, "files", 1);
        Assert.That(File.Exists(left), Is.False, "the next coordinator deletes the file");
        Finish(next, second);
    }

    [TestCase("memory", "/memfd:")]
    [TestCase("files", "/dev/shm/")]
    [TestCase("closed", "/dev/shm/")]
    [TestCase("kept", "/dev/shm/")]
    public void Wherever_it_lies_workers_write_it_and_nothing_is_left(string how, string start)
    {
        using var directory = new TemporaryDirectory();
        using var coordinator = StartBusy(directory, how, 10);
        Assert.That(Where(directory), Does.StartWith(start));
        Finish(coordinator, directory);
        Assert.That(Directory.GetFiles("/dev/shm", $"*-{coordinator.Id}-*"), Is.Empty);
    }

    [Test]
    public void A_container_with_a_small_dev_shm_is_no_obstacle()
    {
        using var directory = new TemporaryDirectory();
        using var coordinator = StartBusy(directory, "memory", 100, SmallSharedMemory());
        Finish(coordinator, directory);
    }

    [Test]
    public void Where_nothing_can_be_shared_there_workers_start_all_the_same()
    {
        // No process may open this coordinator's memory, and its /dev/shm is too small for a status page, so all goes in frames.
        using var directory = new TemporaryDirectory();
        using var coordinator = new CoordinatorProcess("print-closed", directory, within: SmallSharedMemory());
        Assert.That(coordinator.WaitForExit(Eventually.Bound), Is.Zero);
        Assert.That(coordinator.Output.Trim(), Is.EqualTo("42"));
    }

    [Test]
    public void But_files_must_fit_it_and_that_is_told_at_once()
    {
        using var directory = new TemporaryDirectory();
        using var coordinator = new CoordinatorProcess("share", directory, ["files", "100"], within: SmallSharedMemory());
        Assert.That(coordinator.WaitForExit(Eventually.Bound), Is.EqualTo(1));
        Assert.That(coordinator.Output, Does.Contain("104857600 bytes does not fit /dev/shm/").And.Contain("No space is left"));
        Assert.That(coordinator.Error, Is.Empty);
    }

    [Test]
    public void A_worker_that_is_killed_while_it_writes_leaves_what_it_wrote_and_nothing_else()
    {
        using var pool = new Pool(2);
        using var array = SharedArray.Create<int>(1000);
        using var attempts = SharedValue.Create(0);
        var name = NamesOf(Environment.ProcessId);
        var descriptors = 0;
        for (var round = 0; round < 10; round++)
        {
            var before = attempts.Value;
            Assert.Throws<WorkerDiedException>(() => pool.Apply(() => WriteAndDie(array, attempts)));
            Assert.That(attempts.Value, Is.EqualTo(before + 1));
            Assert.That(array[before], Is.EqualTo(before + 100));
            Assert.That(pool.Map(i => array[i], Enumerable.Range(0, before + 1)), Is.EqualTo(Enumerable.Range(100, before + 1)));
            Assert.That(NamesOf(Environment.ProcessId), Is.EquivalentTo(name));
            if (round == 4) descriptors = MemoryDescriptors();
        }

        Assert.That(MemoryDescriptors(), Is.EqualTo(descriptors));
        array.Dispose();
        Assert.That(Eventually.True(() => pool.WorkerPids.All(static worker => NamesOf(worker).Count <= 1)), Is.True, "workers have at most the counter left");
    }

    private static void WriteAndDie(SharedArray<int> array, SharedValue<int> attempts)
    {
        var attempt = attempts.Increment();
        array[attempt - 1] = attempt + 99;
        Processes.Signal(Environment.ProcessId, Processes.SigKill);
        Thread.Sleep(Timeout.Infinite);
    }

    private static CoordinatorProcess StartBusy(TemporaryDirectory directory, string how, int megabytes, string[]? within = null)
    {
        var coordinator = new CoordinatorProcess("share", directory, [how, $"{megabytes}"], within: within);
        if (Eventually.True(() => directory.Count("busy-*") == 2)) return coordinator;
        coordinator.Dispose();
        throw new AssertionException($"The workers did not write: {coordinator.Output} {coordinator.Error}");
    }

    private static void Finish(CoordinatorProcess coordinator, TemporaryDirectory directory)
    {
        File.WriteAllText(directory.File("go"), "");
        Assert.That(coordinator.WaitForExit(Eventually.Bound), Is.Zero);
        Assert.That(coordinator.Output.Trim(), Is.EqualTo("filled"));
        Assert.That(coordinator.Error, Is.Empty);
        Assert.That(Eventually.True(() => coordinator.Family.Count == 0), Is.True);
    }

    /// <summary>The name of the memory that the coordinator has mapped: the last column of its line in /proc.</summary>
    private static string Where(TemporaryDirectory directory) => NameIn(File.ReadAllLines(directory.File("where")).Single());

    private static string NameIn(string line) => line[line.IndexOf('/')..].Replace(" (deleted)", "");

    /// <summary>A command that runs a program in its own mount namespace, where /dev/shm is as small as in a container.</summary>
    private static string[] SmallSharedMemory()
    {
        string[] within = ["unshare", "--map-root-user", "--mount", "sh", "-c", "mount -t tmpfs -o size=64k tmpfs /dev/shm && exec \"$@\"", "sh"];
        if (Child.Run(within[0], [.. within[1..], "true"]).ExitCode != 0) Assert.Ignore("This system does not allow users to create mount namespaces (unshare).");
        return within;
    }

    private static List<int> ProcessesThatHave(string name)
    {
        List<int> processes = [];
        foreach (var directory in Directory.GetDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory), out var process) && NamesOf(process).Exists(other => other.Contains(name))) processes.Add(process);
        }

        return processes;
    }

    /// <summary>The names of the shared memory that a process has mapped.</summary>
    private static List<string> NamesOf(int process)
    {
        try
        {
            return [.. File.ReadLines($"/proc/{process}/maps").Where(static line => line.Contains("/memfd:processpool-")).Select(NameIn)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static int MemoryDescriptors() =>
        Directory.GetFiles("/proc/self/fd").Count(static file => new FileInfo(file).LinkTarget?.Contains("/memfd:processpool-") == true);
}
