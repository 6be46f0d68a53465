namespace ProcessPool.Tests.Workers;

/// <summary>Workers share the processors with each other, as far as the libraries in them know.</summary>
[CancelAfter(60_000)]
[NonParallelizable]
internal sealed class Processors_of_workers
{
    [Test]
    public void Native_libraries_are_told_a_share_of_them([Values(1, 2, 64)] int workers)
    {
        using var pool = new Pool(new PoolOptions { Workers = workers });
        var share = $"{Math.Max(1, Environment.ProcessorCount / workers)}";
        Assert.That(pool.Apply(static () => Variables()), Is.EqualTo(new[] { share, share, share }));
        Assert.That(pool.Apply(static () => Environment.ProcessorCount), Is.EqualTo(Environment.ProcessorCount), "the caller's");
    }

    [Test]
    public void What_is_set_stays()
    {
        const string name = "OPENBLAS_NUM_THREADS";
        Environment.SetEnvironmentVariable(name, "7");
        try
        {
            var variables = new Dictionary<string, string?> { ["OMP_NUM_THREADS"] = "5", ["MKL_NUM_THREADS"] = null };
            using var pool = new Pool(new PoolOptions { Workers = 1, Environment = variables });
            Assert.That(pool.Apply(static () => Variables()), Is.EqualTo(new[] { "5", "7", null }));
        }
        finally
        {
            Environment.SetEnvironmentVariable(name, null);
        }
    }

    [Test]
    public void Those_of_dotnet_are_lowered_for_who_asks([Values(1, 12)] int processors)
    {
        using var pool = new Pool(new PoolOptions { Workers = 1, ProcessorsPerWorker = processors });
        Assert.That(pool.Apply(static () => Environment.ProcessorCount), Is.EqualTo(processors));
        Assert.That(pool.Apply(static () => Variables()), Is.All.EqualTo($"{processors}"));
    }

    [Test]
    public void None_is_too_few() => Assert.That(
        () => new Pool(new PoolOptions { ProcessorsPerWorker = 0 }),
        Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("ProcessorsPerWorker must be 1 to 65,535"));

    private static string?[] Variables() =>
        [.. ((string[])["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"]).Select(Environment.GetEnvironmentVariable)];
}
