namespace ProcessPool.Bench;

/// <summary>
/// Images with OpenCV on both sides: the same native code makes the noise, writes and reads the files, so that the pools are compared
/// and not the codecs. The loop in one process shows what OpenCV itself takes on each side.
/// </summary>
internal static class OpenCvExamples
{
    public static Row[] Rows(Workbench bench)
    {
        var runs = bench.Examples;
        var script = Repository.BenchFile("python", "opencv.py");
        return [.. new[] { 100, 400 }.SelectMany(Both)];

        Row[] Both(int size) =>
        [
            Make($"images, {runs.Count} of {size}x{size}, OpenCV on both sides",
                workers => ["images", $"{workers}", $"{runs.Count}", $"{size}"], () => Task.FromResult(runs.FreshDirectory("opencv"))),
            Make($"read, {runs.Count} of {size}x{size}, OpenCV on both sides",
                workers => ["read", $"{workers}"], () => runs.DirectoryToReadAsync(size)),
        ];

        Row Make(string what, Func<int, string[]> argumentsFor, Func<Task<string>> findDirectory)
        {
            return new(what, "ms", Run(ChildProgram.DotnetPath, () => OpenCvProgram.Assembly, Pools.Workers))
            {
                Python = Run(bench.Options.Python, () => script, Pools.Workers),
                Others =
                [
                    ("loop in .NET", Run(ChildProgram.DotnetPath, () => OpenCvProgram.Assembly, 0, atMost: 2)),
                    ("loop in Python", Run(bench.Options.Python, () => script, 0, atMost: 2)),
                ],
                IsSlow = true,
                IsRequired = false,
            };

            Measure Run(string program, Func<string> file, int workers, int atMost = 3) => Measure.Slow(
                async () =>
                {
                    var directory = await findDirectory();
                    return (await ChildProgram.RunAsync(program, [file(), .. argumentsFor(workers), directory])).Milliseconds;
                }, atMost);
        }
    }
}
