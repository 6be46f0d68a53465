namespace ProcessPool.Tests.Semantics;

[CancelAfter(60_000)]
internal sealed class Options_out_of_range_are_refused_by_name
{
    private static IEnumerable<TestCaseData> Wrong() =>
    [
        new TestCaseData(new PoolOptions { Workers = -1 }, "Workers"),
        new TestCaseData(new PoolOptions { Workers = 100_000 }, "Workers"),
        new TestCaseData(new PoolOptions { BufferSize = 0 }, "BufferSize"),
        new TestCaseData(new PoolOptions { BufferSize = -1 }, "BufferSize"),
        new TestCaseData(new PoolOptions { MinWorkers = -1 }, "MinWorkers"),
        new TestCaseData(new PoolOptions { MaxWaitingItems = -1 }, "MaxWaitingItems"),
        new TestCaseData(new PoolOptions { KillDelay = TimeSpan.FromSeconds(-1) }, "KillDelay"),
        new TestCaseData(new PoolOptions { KillDelay = TimeSpan.MinValue }, "KillDelay"),
        new TestCaseData(new PoolOptions { MaxWorkerMemory = (32 << 20) - 1 }, "MaxWorkerMemory"),
        new TestCaseData(new PoolOptions { RecycleAboveMemory = (32 << 20) - 1 }, "RecycleAboveMemory"),
        new TestCaseData(new PoolOptions { RecycleAfterAge = TimeSpan.FromSeconds(0.9) }, "RecycleAfterAge"),
        new TestCaseData(new PoolOptions { MaxValueBytes = 0 }, "MaxValueBytes"),
        new TestCaseData(new PoolOptions { StartTimeout = TimeSpan.Zero }, "StartTimeout"),
        new TestCaseData(new PoolOptions { InitializerTimeout = TimeSpan.Zero }, "InitializerTimeout"),
        new TestCaseData(new PoolOptions { ShutdownTimeout = TimeSpan.Zero }, "ShutdownTimeout"),
        new TestCaseData(new PoolOptions { Niceness = -1 }, "Niceness"),
        new TestCaseData(new PoolOptions { Niceness = 20 }, "Niceness"),
    ];

    [TestCaseSource(nameof(Wrong))]
    public void In_the_message_and_as_the_parameter(PoolOptions options, string name)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new Pool(options))!;
        Assert.That(error.ParamName, Is.EqualTo(name));
        Assert.That(error.Message, Does.StartWith($"PoolOptions.{name} must be "));
    }

    [Test]
    public void A_formatter_that_is_null_too() => Assert.That(
        () => new Pool(new PoolOptions { Formatters = [null!] }),
        Throws.ArgumentException.With.Message.StartsWith("PoolOptions.Formatters must not contain null."));

    [Test]
    public void The_number_of_workers_alone_too() =>
        Assert.That(() => new Pool(-1), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith("PoolOptions.Workers must be 0 to"));

    [Test]
    public void The_longest_times_are_allowed()
    {
        using var pool = new Pool(new PoolOptions { Workers = 1, KillDelay = TimeSpan.MaxValue, StartTimeout = TimeSpan.MaxValue, ShutdownTimeout = TimeSpan.MaxValue });
        Assert.Throws<FormatException>(() => pool.Map(x => x == 1 ? throw new FormatException() : x, Enumerable.Range(0, 10)));
        Assert.That(pool.Apply(() => 1), Is.EqualTo(1));
    }

    [Test]
    public void The_largest_limits_are_allowed()
    {
        using var pool = new Pool(new PoolOptions
        {
            Workers = 1,
            MaxWorkerMemory = long.MaxValue,
            RecycleAboveMemory = long.MaxValue,
            RecycleAfterAge = TimeSpan.MaxValue,
            MaxValueBytes = long.MaxValue,
        });
        Assert.That(pool.Map(x => x + 1, Enumerable.Range(0, 10)), Is.EqualTo(Enumerable.Range(1, 10)));
    }

    [Test]
    public void The_largest_buffer_is_allowed()
    {
        using var pool = new Pool(new PoolOptions { Workers = 1, BufferSize = int.MaxValue });
        Assert.That(pool.Imap(x => x, [1, 2]).ToBlockingEnumerable(), Is.EqualTo(new[] { 1, 2 }));
    }
}
