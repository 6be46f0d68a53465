using ProcessPool.Chaos.Tests.Support;
using ProcessPool.Workers;

namespace ProcessPool.Chaos.Tests;

/// <summary>
/// The pool distinguishes a worker that the kernel killed for lack of memory from one that something else killed.
/// </summary>
[TimeLimit(120)]
internal sealed class Workers_that_the_kernel_kills
{
    private const string Version1 = "sys/fs/cgroup/memory/a/b";
    private const string Version2 = "sys/fs/cgroup/a/b";

    [Test]
    public void Its_kills_are_counted_in_a_group_of_version_2()
    {
        using var machine = new Machine("0::/a/b\n");
        machine.Write($"{Version2}/memory.events", "low 0\nhigh 0\nmax 9\noom 4\noom_kill 3\noom_group_kill 0\n");
        machine.Write($"{Version2}/memory.max", "209715200\n");
        machine.Write("proc/vmstat", "oom_kill 100\n");
        Assert.That((machine.Kills.Unclaimed, machine.Kills.Limit), Is.EqualTo((3L, 209_715_200L)));
        machine.Write($"{Version2}/memory.max", "max\n");
        Assert.That(machine.Kills.Limit, Is.Null);
    }

    [Test]
    public void And_in_one_of_version_1()
    {
        using var machine = new Machine("8:pids:/x\n4:cpu,memory:/a/b\n0::/\n");
        machine.Write($"{Version1}/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 3\n");
        machine.Write($"{Version1}/memory.limit_in_bytes", "209715200\n");
        Assert.That((machine.Kills.Unclaimed, machine.Kills.Limit), Is.EqualTo((3L, 209_715_200L)));
        machine.Write($"{Version1}/memory.limit_in_bytes", "9223372036854771712\n");
        Assert.That(machine.Kills.Limit, Is.Null);
    }

    [Test]
    public void In_a_container_what_is_mounted_is_the_group()
    {
        using var machine = new Machine("0::/kubepods/pod7\n");
        machine.Write("sys/fs/cgroup/memory.events", "oom 4\noom_kill 3\n");
        Assert.That(machine.Kills.Unclaimed, Is.EqualTo(3));
    }

    [Test]
    public void Without_a_group_those_of_the_machine_count_and_else_none()
    {
        using var machine = new Machine("0::/\n");
        Assert.That((machine.Kills.Unclaimed, machine.Kills.Limit, machine.Kills.TryClaim(null)), Is.EqualTo(((long?)null, (long?)null, false)));
        machine.Write("proc/vmstat", "nr_free_pages 77\noom_kill 3\n");
        Assert.That(machine.Kills.Unclaimed, Is.EqualTo(3));
    }

    [Test]
    public void Each_of_them_accounts_for_one_death_of_a_worker_that_lived_then()
    {
        using var machine = new Machine("0::/\n");
        machine.Write("proc/vmstat", "oom_kill 3\n");
        var (first, second) = (machine.Kills.Unclaimed, machine.Kills.Unclaimed);
        Assert.That(machine.Kills.TryClaim(first), Is.False, "the kernel has not killed anything since");
        machine.Write("proc/vmstat", "oom_kill 4\n");
        var third = machine.Kills.Unclaimed;
        Assert.That(machine.Kills.TryClaim(third), Is.False, "the kernel has not killed anything since the third worker started");
        Assert.That(machine.Kills.TryClaim(first), Is.True);
        Assert.That(machine.Kills.TryClaim(second), Is.False, "the first worker has claimed the kill");
        machine.Write("proc/vmstat", "oom_kill 5\n");
        Assert.That(machine.Kills.TryClaim(second), Is.True);
    }

    [Test]
    public async Task A_worker_that_somebody_else_kills_is_not_taken_for_one()
    {
        await using var pool = new Pool(1);
        var failure = (await Assert.ThrowsAsync<WorkerDiedException>(() => pool.ApplyAsync(static () =>
        {
            Processes.Signal(Environment.ProcessId, Processes.SigKill);
            Thread.Sleep(Timeout.Infinite);
        })))!;
        Assert.That(failure.Cause, Is.EqualTo("was killed by SIGKILL"));
    }

    [Test]
    public void A_real_kill_fails_the_item_that_ran_and_is_not_tried_again()
    {
        using var group = MemoryGroup.TryMake(limit: 256 << 20);
        if (group is null) Assert.Ignore("No control group of version 1 can be made here.");
        using var directory = new TemporaryDirectory();
        using var coordinator = new CoordinatorProcess("outgrow", directory, within: ["sh", "-c", $"echo $$ > {group!.Path}/cgroup.procs && exec \"$@\"", "sh"]);
        Assert.That(coordinator.WaitForExit(TimeSpan.FromSeconds(60)), Is.Zero, coordinator.Error);
        Assert.That(coordinator.Output, Does.StartWith("WorkerMemoryException: Item 0 failed: the kernel killed worker 0 "));
        Assert.That(coordinator.Output, Does.Contain("because its control group (limit 256 MiB) was out of memory"));
        Assert.That(coordinator.Output, Does.EndWith("it goes on: 42\n"));
        Assert.That(directory.Count("run-*"), Is.EqualTo(1));
    }

    /// <summary>Files that imitate those of the kernel.</summary>
    private sealed class Machine : IDisposable
    {
        private readonly TemporaryDirectory _root = new();

        public Machine(string groups)
        {
            Write("proc/self/cgroup", groups);
            Kills = new KernelKills(_root.Path);
        }

        public KernelKills Kills { get; }

        public void Write(string file, string text)
        {
            var path = _root.File(file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
        }

        public void Dispose() => _root.Dispose();
    }

    /// <summary>A control group inside that of this process, with its own limit.</summary>
    private sealed class MemoryGroup(string path) : IDisposable
    {
        public string Path => path;

        public static MemoryGroup? TryMake(long limit)
        {
            try
            {
                var own = File.ReadLines("/proc/self/cgroup").Select(static line => line.Split(':', 3)).FirstOrDefault(static parts => parts[1] == "memory")?[2];
                if (own is null) return null;
                var group = new MemoryGroup($"/sys/fs/cgroup/memory{own}/processpool-{Guid.NewGuid():N}");
                Directory.CreateDirectory(group.Path);
                File.WriteAllText($"{group.Path}/memory.limit_in_bytes", $"{limit}");
                return group;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return null;
            }
        }

        public void Dispose()
        {
            // rmdir removes a group although it shows files, but only once all of its processes are gone.
            Eventually.True(() => Child.Run("rmdir", [path]).ExitCode == 0 || !Directory.Exists(path));
        }
    }
}
