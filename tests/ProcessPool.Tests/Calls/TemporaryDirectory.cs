namespace ProcessPool.Tests.Calls;

/// <summary>A directory for one test. The files in it show that a function ran.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("processpool-test-").FullName;

    public string[] Files(int count) => [.. Enumerable.Range(0, count).Select(i => File($"file{i}"))];

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public int CountAndDelete()
    {
        var files = Directory.GetFiles(Path);
        foreach (var file in files) System.IO.File.Delete(file);
        return files.Length;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
