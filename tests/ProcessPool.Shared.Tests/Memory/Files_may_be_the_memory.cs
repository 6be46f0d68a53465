using System.Runtime.InteropServices;

namespace ProcessPool.Tests.Memory;

internal sealed class Files_may_be_the_memory
{
    private string _directory = null!;

    [SetUp]
    public void MakeDirectory() => _directory = Directory.CreateTempSubdirectory("processpool-memory-").FullName;

    [TearDown]
    public void DeleteDirectory() => Directory.Delete(_directory, recursive: true);

    [Test]
    public void What_is_written_is_in_the_file()
    {
        using (var matrix = SharedArray.Create<int>(File("a"), 2, 3))
        {
            matrix[1, 2] = 7;
            matrix[0, 0] = -1;
        }

        Assert.That(MemoryMarshal.Cast<byte, int>(System.IO.File.ReadAllBytes(File("a"))).ToArray(), Is.EqualTo(new[] { -1, 0, 0, 0, 0, 7 }));
    }

    [Test]
    public void What_is_in_the_file_is_read()
    {
        System.IO.File.WriteAllBytes(File("a"), MemoryMarshal.AsBytes<double>([1, 2, 3, 4, 5, 6, 7, 8]).ToArray());
        using var vector = SharedArray.Open<double>(File("a"));
        using var matrix = SharedArray.Open<double>(File("a"), 2, 4);
        using var stack = SharedArray.Open<double>(File("a"), 2, 2, 2);
        Assert.That(vector.ToArray(), Is.EqualTo(new[] { 1, 2, 3, 4, 5, 6, 7, 8 }));
        Assert.That((matrix[1, 0], stack[1, 1, 0]), Is.EqualTo((5, 7)));
        vector[0] = 10;
        Assert.That(stack[0, 0, 0], Is.EqualTo(10), "the file is the same");
    }

    [Test]
    public void A_file_of_another_length_is_refused()
    {
        System.IO.File.WriteAllBytes(File("a"), new byte[20]);
        Assert.That(() => SharedArray.Open<double>(File("a")), Throws.TypeOf<IOException>().With.Message.Contains("20 bytes"));
        Assert.That(() => SharedArray.Open<int>(File("a"), 4), Throws.TypeOf<IOException>().With.Message.Contains("not 4 of int").IgnoreCase.Or.Message.Contains("Int32"));
        Assert.That(() => SharedArray.Open<int>(File("a"), 2, 3), Throws.TypeOf<IOException>());
        Assert.That(() => SharedArray.Open<int>(File("a"), -5), Throws.TypeOf<ArgumentOutOfRangeException>());
        using var array = SharedArray.Open<int>(File("a"), 5, 1);
        Assert.That(array.Length, Is.EqualTo(5));
    }

    [Test]
    public void A_file_that_is_there_is_not_overwritten()
    {
        System.IO.File.WriteAllText(File("a"), "mine");
        Assert.That(() => SharedArray.Create<byte>(File("a"), 4), Throws.InstanceOf<IOException>());
        Assert.That(System.IO.File.ReadAllText(File("a")), Is.EqualTo("mine"));
        Assert.That(() => SharedArray.Open<byte>(File("none")), Throws.TypeOf<FileNotFoundException>());
    }

    [Test]
    public void A_full_disk_is_an_error_at_once_and_leaves_no_file()
    {
        Assert.That(() => SharedArray.Create<byte>(File("a"), 1L << 42), Throws.TypeOf<IOException>().With.Message.Contains(File("a")));
        Assert.That(Directory.GetFiles(_directory), Is.Empty);
    }

    [Test]
    public void Space_for_all_of_it_is_taken_at_once()
    {
        using var array = SharedArray.Create<byte>(File("a"), 10_000_000);
        Assert.That(BlocksOf(File("a")) * 512, Is.GreaterThanOrEqualTo(10_000_000));
        using (var sparse = System.IO.File.OpenHandle(File("b"), FileMode.CreateNew, FileAccess.Write)) RandomAccess.SetLength(sparse, 10_000_000);
        Assert.That(BlocksOf(File("b")) * 512, Is.LessThan(1_000_000));
        using var opened = SharedArray.Open<byte>(File("b"));
        Assert.That(BlocksOf(File("b")) * 512, Is.GreaterThanOrEqualTo(10_000_000));
    }

    [Test]
    public void A_file_may_be_empty()
    {
        SharedArray.Create<int>(File("a"), 0).Dispose();
        using var array = SharedArray.Open<int>(File("a"));
        Assert.That(array.Length, Is.Zero);
    }

    private static long BlocksOf(string file) => long.Parse(Child.Run("stat", ["-c", "%b", file]).Output);

    private string File(string name) => Path.Combine(_directory, name);
}
