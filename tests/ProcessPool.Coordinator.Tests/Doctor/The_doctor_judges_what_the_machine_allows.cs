using ProcessPool.Coordinator.Doctor;
using ProcessPool.Coordinator.Tests.Commands;

namespace ProcessPool.Coordinator.Tests.Doctor;

[Platform("Linux")]
internal sealed class The_doctor_judges_what_the_machine_allows
{
    private TemporaryDirectory _directory = null!;

    [SetUp]
    public void MakeDirectory() => _directory = new TemporaryDirectory();

    [TearDown]
    public void RemoveDirectory() => _directory.Dispose();

    [Test]
    public void A_worker_answers_and_all_is_told()
    {
        ChildResult result = CoordinatorCommand.Run(_directory.Path, "doctor", "--workers", "1", "--json");

        Assert.That(result.ExitCode, Is.Zero, result.Output);
        Assert.That(
            JsonResult.Of(result).GetProperty("findings").EnumerateArray().Select(one => one.GetProperty("name").GetString()),
            Is.EqualTo((string[])
            [
                "processpool", "runtime", "system", "worker", "round trip",
                "processors", "memory", "open files", "processes", "pipes", "/dev/shm",
            ]));
    }

    [Test]
    public void A_limit_that_is_too_low_is_named_with_its_remedy()
    {
        ChildResult result = CoordinatorCommand.RunInShell(_directory.Path, "ulimit -n 300; processpool doctor --workers 100");

        Assert.That(result.ExitCode, Is.EqualTo(1), result.Output);
        Assert.That(result.Output, Does.Match("WRONG  open files   300, [0-9]+ in use\n +100 workers need 580 open files: raise ulimit"));
    }

    [Test]
    [Platform("Linux")]
    public void With_too_few_open_files_for_a_worker_it_starts_none()
    {
        ChildResult result = CoordinatorCommand.RunInShell(_directory.Path, "ulimit -n 64; processpool doctor --workers 1");

        Assert.That(result.ExitCode, Is.EqualTo(3), result.Error);
        Assert.That(result.Output, Does.Contain("1 worker needs 184 open files"));
    }

    [Test]
    public void No_worker_is_started_where_that_limit_is_too_low()
    {
        ChildResult refused = CoordinatorCommand.RunInShell(_directory.Path, "ulimit -n 250; processpool fill --rows 50 --workers 18");
        ChildResult enough = CoordinatorCommand.RunInShell(_directory.Path, "ulimit -n 252; processpool fill --rows 50 --workers 18");

        Assert.That(refused.ExitCode, Is.EqualTo(2), refused.Error);
        Assert.That(refused.Error, Does.StartWith("processpool: 18 workers need 252 open files"));
        Assert.That(enough.ExitCode, Is.Zero, enough.Error);
    }

    [Test]
    public void Where_no_worker_starts_the_rest_is_told_all_the_same()
    {
        ChildResult result = CoordinatorCommand.RunWith("PROCESSPOOL_START_TIMEOUT", "0.001", _directory.Path, "doctor");

        Assert.That(result.ExitCode, Is.EqualTo(3), result.Output);
        Assert.That(result.Output, Does.Contain("WRONG  worker       does not start\n").And.Contains("/dev/shm"));
    }

    [Test]
    public void The_narrowest_of_the_control_groups_counts()
    {
        Write("proc/self/cgroup", "0::/outer/inner\n");
        Write("sys/fs/cgroup/outer/cpu.max", "150000 100000\n");
        Write("sys/fs/cgroup/outer/inner/cpu.max", "max 100000\n");
        Write("sys/fs/cgroup/outer/inner/memory.max", "max\n");
        Write("sys/fs/cgroup/outer/memory.max", "1000000\n");
        Write("sys/fs/cgroup/memory.max", "2000000\n");
        Write("sys/fs/cgroup/outer/inner/pids.max", "100\n");
        Write("sys/fs/cgroup/outer/inner/pids.current", "30\n");
        var group = new ControlGroupLimits(_directory.Path);

        Assert.That(group.Processors, Is.EqualTo(1.5));
        Assert.That(group.Memory, Is.EqualTo(1_000_000));
        Assert.That(group.ProcessesLeft, Is.EqualTo(70));
    }

    [Test]
    public void Those_of_version_1_count_too()
    {
        Write("proc/self/cgroup", "5:memory:/some\n4:cpu,cpuacct:/some\n0::/\n");
        Write("sys/fs/cgroup/cpu,cpuacct/some/cpu.cfs_quota_us", "50000\n");
        Write("sys/fs/cgroup/cpu,cpuacct/some/cpu.cfs_period_us", "100000\n");
        Write("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "-1\n");
        Write("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000\n");
        Write("sys/fs/cgroup/memory/some/memory.limit_in_bytes", "4096\n");
        Write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
        var group = new ControlGroupLimits(_directory.Path);

        Assert.That(group.Processors, Is.EqualTo(0.5));
        Assert.That(group.Memory, Is.EqualTo(4096));
        Assert.That(group.ProcessesLeft, Is.Null);
    }

    [Test]
    public void Where_nobody_says_there_is_no_limit() =>
        Assert.That(new ControlGroupLimits(_directory.Path).Memory, Is.Null);

    private void Write(string file, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_directory.File(file))!);
        File.WriteAllText(_directory.File(file), text);
    }
}
