using System.Reflection;

namespace ProcessPool.Bench;

/// <summary>Where the files are that the benchmark runs and writes.</summary>
internal static class Repository
{
    public static string Root { get; } = Path.GetFullPath(Metadata("Root"));

    /// <summary>The assembly of our command.</summary>
    public static string Command { get; } = Path.GetFullPath(Metadata("Command"));

    /// <summary>The path of a file of the benchmark's sources, such as a script.</summary>
    public static string BenchFile(params string[] names) => Path.Combine([Root, "bench", .. names]);

    private static string Metadata(string key) => typeof(Repository).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == key).Value!;
}
