namespace ProcessPool.Bench;

/// <summary>The three examples as whole processes, from start to exit: our command, and Python's scripts.</summary>
internal static class Examples
{
    private const string OneWorker = "1 worker";
    private const string Command = "the command";

    public static Row[] Rows(Workbench bench)
    {
        var runs = bench.Examples;
        var count = runs.Count;
        var length = runs.Length;
        ExampleSides images = new(runs.Images(100), bench.Python.Images(runs, 100));
        ExampleSides read = new(runs.Read(100), bench.Python.Read(runs, 100));
        ExampleSides fill = new(runs.Fill(length), bench.Python.Fill(length, length));
        return
        [
            Whole($"images, {count} of 100x100, whole process", images, 1.5),
            new($"images, {count} of 400x400, whole process", "ms", Measure.Slow(runs.Images(400)))
            {
                Python = Measure.Slow(bench.Python.Images(runs, 400)), IsInReadme = true, IsSlow = true,
                Others = [(OneWorker, Measure.Slow(runs.Images(400, workers: 1), atMost: 2))],
                Targets = [Target.TimesPython(1.5), Target.TimesOther(OneWorker, 1.85)],
            },
            Whole($"read, {count} of 100x100, whole process", read, 1.3),
            new($"read, {count} of 400x400, whole process", "ms", Measure.Slow(runs.Read(400)))
            {
                Python = Measure.Slow(bench.Python.Read(runs, 400)), IsInReadme = true, IsSlow = true,
                Targets = [Target.TimesPython(1.3)],
            },
            Whole($"fill, {length} rows of {length}, whole process", fill, 1),
            new("fill, 16000 rows of 4000, whole process", "ms", Measure.Slow(runs.Fill(16_000, 4_000)))
            {
                Python = Measure.Slow(bench.Python.Fill(16_000, 4_000)), IsSlow = true,
                Others = [(OneWorker, Measure.Slow(runs.Fill(16_000, 4_000, workers: 1)))],
                Targets = [Target.TimesOther(OneWorker, 1.85)],
            },
            Launched("./run.sh images, nothing changed", images, runs.ImagesByScript, 1.5),
            Launched("./run.sh read, nothing changed", read, runs.ReadByScript, 1.3),
            Launched("./run.sh fill, nothing changed", fill, runs.FillByScript, 1),
        ];
    }

    private static Row Whole(string what, ExampleSides sides, double timesPython) => new(what, "ms", sides.Ours)
    {
        Python = sides.Python,
        IsInReadme = true,
        Targets = [Target.TimesPython(timesPython)],
    };

    private static Row Launched(string what, ExampleSides sides, Func<Task<double>> byScript, double timesPython) =>
        new(what, "ms", new(byScript))
        {
            Python = sides.Python,
            IsSlow = true,
            Others = [(Command, sides.Ours)],
            Targets = [Target.TimesPython(timesPython), Target.Beyond(Command, 200, "ms")],
        };

    /// <summary>The measures of one example, which two rows share.</summary>
    private sealed record ExampleSides(Measure Ours, Measure Python)
    {
        public ExampleSides(Func<Task<double>> ours, Func<Task<double>> python)
            : this(new Measure(ours), new Measure(python))
        {
        }
    }
}
