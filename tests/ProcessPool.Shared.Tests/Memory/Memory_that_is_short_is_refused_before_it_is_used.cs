using ProcessPool.Memory;

namespace ProcessPool.Tests.Memory;

internal sealed class Memory_that_is_short_is_refused_before_it_is_used
{
    private const long Mega = 1 << 20;

    private string _root = null!;

    [SetUp]
    public void MakeRoot()
    {
        _root = Directory.CreateTempSubdirectory("processpool-root-").FullName;
        Write("proc/meminfo", "MemTotal: 9000 kB\nMemAvailable:     2048 kB\nSwapTotal: 4096 kB\nSwapFree:        1024 kB\n");
    }

    [TearDown]
    public void DeleteRoot() => Directory.Delete(_root, recursive: true);

    [Test]
    public void A_machine_has_what_is_free_and_swap() => Assert.That(AvailableMemory.Bytes(_root), Is.EqualTo(3 * Mega));

    [Test]
    public void A_group_has_its_limit_without_what_is_used_and_not_reclaimed()
    {
        Write("proc/self/cgroup", "0::/outer/inner\n");
        Write("sys/fs/cgroup/outer/memory.max", $"{10 * Mega}\n");
        Write("sys/fs/cgroup/outer/memory.current", $"{9 * Mega}\n");
        Write("sys/fs/cgroup/outer/memory.stat", $"anon 5\ninactive_file {Mega}\n");
        Write("sys/fs/cgroup/outer/inner/memory.max", "max\n");
        Write("sys/fs/cgroup/outer/inner/memory.current", $"{8 * Mega}\n");
        Assert.That(AvailableMemory.Bytes(_root), Is.EqualTo(2 * Mega));
    }

    [Test]
    public void So_has_one_of_the_first_version()
    {
        Write("proc/self/cgroup", "5:devices:/x\n4:cpu,memory:/box\n");
        Write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
        Write("sys/fs/cgroup/memory/memory.usage_in_bytes", "5000\n");
        Write("sys/fs/cgroup/memory/box/memory.limit_in_bytes", $"{2 * Mega}\n");
        Write("sys/fs/cgroup/memory/box/memory.usage_in_bytes", $"{Mega}\n");
        Assert.That(AvailableMemory.Bytes(_root), Is.EqualTo(Mega));
    }

    [Test]
    public void A_container_sees_its_own_group_at_the_root()
    {
        Write("proc/self/cgroup", "0::/docker/0123456789\n");
        Write("sys/fs/cgroup/memory.max", $"{2 * Mega}\n");
        Write("sys/fs/cgroup/memory.current", $"{3 * Mega}\n");
        Assert.That(AvailableMemory.Bytes(_root), Is.Zero);
    }

    [Test]
    public void More_is_refused_with_both_numbers()
    {
        AvailableMemory.Check(3 * Mega, _root);
        Assert.That(
            () => AvailableMemory.Check(4 * Mega, _root),
            Throws.TypeOf<InsufficientMemoryException>().With.Message.Contains($"{4 * Mega} bytes").And.Message.Contains($"{3 * Mega} bytes"));
    }

    [Test]
    public void Nobody_has_a_tebibyte_of_bytes_times_sixteen()
    {
        Assert.Throws<InsufficientMemoryException>(() => SharedArray.Create<decimal>(1L << 40));
    }

    private void Write(string file, string content)
    {
        var path = Path.Combine(_root, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
    }
}
