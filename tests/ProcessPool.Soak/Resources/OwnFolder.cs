namespace ProcessPool.Soak.Resources;

/// <summary>
/// A folder for the temporary files of this process and all processes that it starts, so that leftovers can be seen.
/// </summary>
internal sealed class OwnFolder : IDisposable
{
    private const string Variable = "TMPDIR";

    private readonly string? _before = Environment.GetEnvironmentVariable(Variable);
    private readonly string _path = Directory.CreateTempSubdirectory("processpool-soak-").FullName;

    public OwnFolder() => Environment.SetEnvironmentVariable(Variable, _path);

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(Variable, _before);
        if (Directory.Exists(_path)) Directory.Delete(_path, recursive: true);
    }
}
