using System.Reflection;

namespace ProcessPool.Bench;

/// <summary>The three examples as whole processes: runs of our command, and the arguments for Python's scripts.</summary>
/// <param name="directory">The directory for the images. Both sides read the images that our command has made.</param>
/// <param name="isQuick">Whether to use smaller counts.</param>
internal sealed class Examples(string directory, bool isQuick)
{
    private const int Size = 100;

    private static readonly string Command = Metadata("Command");

    /// <summary>The root directory of the repository.</summary>
    public static string Root { get; } = Metadata("Root");

    private readonly int _count = isQuick ? 500 : 2000;
    private readonly int _length = isQuick ? 1000 : 4000;
    private readonly string _ours = Path.Combine(directory, "ours");
    private readonly string _pythons = Path.Combine(directory, "python");

    public string Images => $"{_count} of {Size}x{Size}";

    public string Matrix => $"{_length} rows of {_length}";

    public Measure OurImages => Run("images", "--count", $"{_count}", "--size", $"{Size}", "--out", _ours);

    public Measure OurRead => Run("read", _ours);

    public Measure OurFill => Run("fill", "--rows", $"{_length}", "--columns", $"{_length}");

    public string[] PythonImages => [$"{OurPools.Workers}", $"{_count}", $"{Size}", _pythons];

    public string[] PythonRead => [$"{OurPools.Workers}", _ours];

    public string[] PythonFill => [$"{OurPools.Workers}", $"{_length}", $"{_length}"];

    private static string Metadata(string key) => typeof(Examples).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == key).Value!;

    private static Measure Run(params string[] args) => new(async () =>
        (await ChildProgram.RunDotnetAsync(Command, [.. args, "--workers", $"{OurPools.Workers}"])).Milliseconds);
}
