using ProcessPool.Memory;

namespace ProcessPool.Tests.Memory;

[NonParallelizable]
[Platform("Linux")]
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
internal sealed class Files_stand_in_where_memory_cannot_be_opened
{
    private string _before = null!;

    [SetUp]
    public void UseFiles()
    {
        AppContext.SetSwitch("ProcessPool.SharedMemory.UseFiles", true);
        _before = TemporaryMemory.Directory;
        TemporaryMemory.Directory = Directory.CreateTempSubdirectory("processpool-stand-in-").FullName;
    }

    [TearDown]
    public void UseMemory()
    {
        AppContext.SetSwitch("ProcessPool.SharedMemory.UseFiles", false);
        Directory.Delete(TemporaryMemory.Directory, recursive: true);
        TemporaryMemory.Directory = _before;
    }

    [Test]
    public void They_are_this_users_alone_and_deleted_with_the_array()
    {
        Assert.That(_before, Is.EqualTo("/dev/shm"));
        using (var array = SharedArray.Create<int>(1000))
        {
            array[999] = 1;
            Assert.That(Files, Has.Length.EqualTo(1));
            Assert.That(File.GetUnixFileMode(Files[0]), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
            Assert.That(Path.GetFileName(Files[0]), Does.Contain($"-{Environment.ProcessId}-"));
        }

        Assert.That(Files, Is.Empty);
    }

    [Test]
    public void The_last_who_has_one_open_deletes_it()
    {
        var array = SharedArray.Create<int>(1000);
        var memory = array.OpenMemory();
        var elsewhere = new SharedMemory(memory.Id, MemoryBacking.Open(memory.Id, memory.Kind, memory.Path), memory.Size);
        array.Dispose();
        Assert.That(Files, Has.Length.EqualTo(1));
        elsewhere.Close();
        Assert.That(Files, Is.Empty);
        Assert.Throws<ObjectDisposedException>(() => MemoryBacking.Open(memory.Id, memory.Kind, memory.Path));
    }

    [Test]
    public void What_others_left_behind_is_deleted_and_what_somebody_has_is_not()
    {
        var forgotten = Path.Combine(TemporaryMemory.Directory, "processpool-shared-1-00ff");
        var fresh = Path.Combine(TemporaryMemory.Directory, "processpool-shared-2-00ff");
        var foreign = Path.Combine(TemporaryMemory.Directory, "something");
        foreach (var file in (string[])[forgotten, fresh, foreign]) File.WriteAllText(file, "x");
        foreach (var file in (string[])[forgotten, foreign]) File.SetLastWriteTimeUtc(file, DateTime.UtcNow - TimeSpan.FromHours(1));
        using var held = SharedArray.Create<int>(1);
        var name = held.OpenMemory().Path;
        File.SetLastWriteTimeUtc(name, DateTime.UtcNow - TimeSpan.FromHours(1));
        using var next = SharedArray.Create<int>(1);
        Assert.That(Files, Is.EquivalentTo(new[] { fresh, foreign, name, next.OpenMemory().Path }));
    }

    private static string[] Files => Directory.GetFiles(TemporaryMemory.Directory);
}
