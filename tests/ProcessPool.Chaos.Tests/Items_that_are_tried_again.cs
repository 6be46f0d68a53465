using ProcessPool.Chaos.Tests.Support;

namespace ProcessPool.Chaos.Tests;

/// <summary>An item whose worker died is retried as often as the options of the pool say, and no other item runs twice.</summary>
[TimeLimit(120)]
[TestFixture(true)]
[TestFixture(false)]
[Parallelizable(ParallelScope.All)]
internal sealed class Items_that_are_tried_again(bool useStatusPage)
{
    [Test]
    public async Task One_that_kills_its_worker_at_first_succeeds_in_the_end()
    {
        using var directory = new TemporaryDirectory();
        var path = directory.Path;
        await using var pool = NewPool(attempts: 3);
        var results = await pool.MapAsync(i => DieTwice(path, i), Enumerable.Range(0, 60));
        Assert.That(results, Is.EqualTo(Enumerable.Range(0, 60)));
        for (var i = 0; i < 60; i++) Assert.That(directory.Count($"run-{i}-*"), Is.EqualTo(i % 20 == 7 ? 3 : 1), $"item {i}");
    }

    [Test]
    public async Task One_that_always_does_fails_with_the_number_of_the_attempt()
    {
        await using var pool = NewPool(attempts: 3);
        var failure = (await Assert.ThrowsAsync<WorkerDiedException>(() => pool.ApplyAsync(static () => Environment.Exit(9))))!;
        Assert.That((failure.Attempt, failure.ExitCode), Is.EqualTo((3, 9)));
        Assert.That(failure.Message, Does.Contain("on attempt 3"));
        Assert.That(await pool.ApplyAsync(static () => 5), Is.EqualTo(5));
    }

    [Test]
    public async Task One_whose_result_its_death_has_cut_off_too()
    {
        using var directory = new TemporaryDirectory();
        var path = directory.Path;
        await using var pool = NewPool(attempts: 2);
        var results = await pool.MapAsync(i => DieWhileTheResultIsWritten(path, i), Enumerable.Range(0, 4));
        Assert.That(results.Select(static result => result.Length), Is.EqualTo(new[] { 64_000_000, 64_000_001, 64_000_002, 64_000_003 }));
    }

    [Test]
    public async Task One_that_throws_is_not_nor_one_that_is_late()
    {
        using var directory = new TemporaryDirectory();
        var path = directory.Path;
        await using var pool = NewPool(attempts: 5, limit: TimeSpan.FromSeconds(4));
        await Assert.ThrowsAsync<InvalidDataException>(() => pool.ApplyAsync(() =>
        {
            Note(path, "throws");
            throw new InvalidDataException();
        }));
        await Assert.ThrowsAsync<ItemTimeoutException>(() => pool.ApplyAsync(() =>
        {
            Note(path, "late");
            Thread.Sleep(Timeout.Infinite);
        }));
        Assert.That((directory.Count("throws-*"), directory.Count("late-*")), Is.EqualTo((1, 1)));
    }

    [Test]
    public async Task In_a_stream_whose_slots_are_used_again_every_item_has_its_own_attempts()
    {
        await using var pool = NewPool(attempts: 2);
        var died = 0;
        await using var stream = pool.Imap(static i => DieAtSomeItems(i), Enumerable.Range(0, 400)).GetAsyncEnumerator();
        while (true)
        {
            try
            {
                if (!await stream.MoveNextAsync()) break;
            }
            catch (WorkerDiedException e)
            {
                Assert.That((e.Item % 100, e.Attempt), Is.EqualTo((50, 2)));
                died++;
            }
        }

        Assert.That(died, Is.EqualTo(4));
    }

    private static int DieTwice(string directory, int i)
    {
        var runs = Note(directory, $"run-{i}");
        if (i % 20 == 7 && runs < 3) Environment.Exit(1);
        return i;
    }

    private static int DieAtSomeItems(int i)
    {
        if (i % 100 == 50) Environment.FailFast(null);
        return i;
    }

    private static byte[] DieWhileTheResultIsWritten(string directory, int i)
    {
        if (Note(directory, $"written-{i}") == 1 && i == 2)
        {
            var process = Environment.ProcessId;
            new Thread(() =>
            {
                Thread.Sleep(30);
                using var kill = System.Diagnostics.Process.Start("kill", ["-KILL", $"{process}"]);
                Thread.Sleep(Timeout.Infinite);
            }).Start();
        }

        return new byte[64_000_000 + i];
    }

    /// <returns>How often this method was called with the name.</returns>
    private static int Note(string directory, string name)
    {
        File.WriteAllText(Path.Combine(directory, $"{name}-{Guid.NewGuid():N}"), "");
        return Directory.GetFiles(directory, $"{name}-*").Length;
    }

    private Pool NewPool(int attempts, TimeSpan? limit = null) => new(new PoolOptions
    {
        Workers = 2,
        MaxAttempts = attempts,
        ItemTimeout = limit,
        KillDelay = TimeSpan.Zero,
        UseStatusPage = useStatusPage,
    });
}
