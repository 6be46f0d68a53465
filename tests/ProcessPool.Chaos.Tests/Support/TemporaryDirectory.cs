namespace ProcessPool.Chaos.Tests.Support;

/// <summary>A directory for one test.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("processpool-chaos-").FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public int Count(string pattern) => Directory.GetFiles(Path, pattern).Length;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
