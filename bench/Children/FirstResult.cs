namespace ProcessPool.Bench;

/// <summary>A program that makes a pool of two workers, maps over two items and exits. It is timed from outside.</summary>
internal static class FirstResult
{
    public static int Run()
    {
        using var pool = new Pool(Pools.Workers);
        return pool.Map(x => x + 1, [1, 2])[1] == 3 ? 0 : 1;
    }

    public static async Task<double> MeasureAsync() =>
        (await ChildProgram.RunSelfAsync("--first-result")).Milliseconds;
}
