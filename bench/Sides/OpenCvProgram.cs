namespace ProcessPool.Bench;

/// <summary>The program bench/OpenCv. It is built into a folder of its own, so that its packages burden no other build.</summary>
internal static class OpenCvProgram
{
    private static readonly string Artifacts = Path.Combine(Repository.Root, "obj", "bench-opencv");

    private static readonly string Built = Path.Combine(Artifacts, "bin", "ProcessPool.Bench.OpenCv", "release", "ProcessPool.Bench.OpenCv.dll");

    /// <summary>The program.</summary>
    /// <exception cref="ChildProgramException">It was not built.</exception>
    public static string Assembly => File.Exists(Built) ? Built : throw new ChildProgramException("bench/OpenCv is not built (./run.sh bench --install-peers)");

    /// <summary>Whether it was built once: then each run builds it again, because the library may have changed.</summary>
    public static bool IsWanted => Directory.Exists(Artifacts);

    /// <exception cref="ChildProgramException">The build failed, for example because its packages cannot be fetched.</exception>
    public static Task BuildAsync() => ChildProgram.RunAsync(ChildProgram.DotnetPath,
    [
        "build", Repository.BenchFile("OpenCv", "ProcessPool.Bench.OpenCv.csproj"), "-c", "Release", "-v", "q",
        "--artifacts-path", Artifacts,
        // Then the last line is an error, if there is one.
        "-clp:ErrorsOnly;NoSummary",
    ]);
}
