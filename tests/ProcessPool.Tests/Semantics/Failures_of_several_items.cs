namespace ProcessPool.Tests.Semantics;

internal sealed class Failures_of_several_items : PoolTests
{
    private static readonly CallOptions FinishAll = new() { Errors = ErrorPolicy.FinishAll };

    [Test]
    public async Task Are_told_together_when_all_items_were_run()
    {
        using var directory = new Calls.TemporaryDirectory();
        var path = directory.Path;
        var error = (await Assert.ThrowsAsync<ItemsFailedException>(() => Pool.MapAsync(x => NoteAndFail(path, x), Enumerable.Range(0, 100), FinishAll)))!;
        Assert.That(error.Items, Is.EqualTo(Enumerable.Range(0, 100).Where(x => x % 7 == 3)));
        Assert.That(error.InnerExceptions.Select(inner => inner.Message), Is.EqualTo(error.Items.Select(x => $"item {x}")));
        Assert.That(error.InnerExceptions, Is.All.TypeOf<FormatException>());
        Assert.That(error.InnerExceptions.Select(inner => inner.Data["ProcessPool.Item"]), Is.EqualTo(error.Items));
        Assert.That(error.Message, Is.EqualTo("14 of 100 items failed: 3, 10, 17, 24, 31, …. The first, item 3, failed with System.FormatException: item 3"));
        Assert.That(Directory.GetFiles(path), Has.Length.EqualTo(100));
    }

    [Test]
    public async Task Are_told_by_a_stream_after_its_last_result()
    {
        foreach (var ordered in new[] { true, false })
        {
            List<int> results = [];
            var stream = ordered
                ? Pool.Imap(static x => x % 7 == 3 ? throw new FormatException() : x, Enumerable.Range(0, 100), FinishAll)
                : Pool.ImapUnordered(static x => x % 7 == 3 ? throw new FormatException() : x, Enumerable.Range(0, 100), FinishAll);
            var error = (await Assert.ThrowsAsync<ItemsFailedException>(async () =>
            {
                await foreach (var result in stream) results.Add(result);
            }))!;
            Assert.That(error.Items, Is.EqualTo(Enumerable.Range(0, 100).Where(x => x % 7 == 3)));
            if (!ordered) results.Sort();
            Assert.That(results, Is.EqualTo(Enumerable.Range(0, 100).Where(x => x % 7 != 3)));
        }
    }

    [Test]
    public async Task Are_attached_to_an_input_that_fails_after_them()
    {
        var error = (await Assert.ThrowsAsync<InvalidDataException>(() => ToListAsync(Pool.Imap(static x => x == 1 ? throw new FormatException() : x, Input(), FinishAll))))!;
        Assert.That(error.Data["ProcessPool.OtherFailures"], Has.Exactly(1).TypeOf<FormatException>());

        static IEnumerable<int> Input()
        {
            for (var i = 0; i < 5; i++) yield return i;
            throw new InvalidDataException();
        }
    }

    [Test]
    public async Task Nothing_failed_is_nothing_thrown()
    {
        Assert.That(await Pool.MapAsync(x => x, Enumerable.Range(0, 50), FinishAll), Is.EqualTo(Enumerable.Range(0, 50)));
        Assert.That(await ToListAsync(Pool.Imap(x => x, Enumerable.Range(0, 50), FinishAll)), Is.EqualTo(Enumerable.Range(0, 50)));
    }

    [Test]
    public async Task What_fails_while_a_call_is_stopped_is_attached_to_the_first()
    {
        using var directory = new Calls.TemporaryDirectory();
        var path = directory.Path;
        using var pool = new Pool(new PoolOptions { Workers = 2, KillDelay = TimeSpan.FromSeconds(50) });

        // The second is sure to run when the first fails, and fails when it hears of it.
        var call = pool.MapAsync(x => x == 0 ? FailOnce(path) : FailWhenCancelled(path, WorkerContext.CancellationToken), [0, 1]);
        var error = (await Assert.ThrowsAsync<FormatException>(() => call))!;
        Assert.That(error.Data["ProcessPool.OtherFailures"], Has.Exactly(1).TypeOf<InvalidDataException>());
        Assert.That(call.Exception!.InnerExceptions.Select(inner => inner.GetType()), Is.EqualTo(new[] { typeof(FormatException), typeof(InvalidDataException) }));
    }

    [Test]
    public async Task What_was_cancelled_or_killed_because_of_it_is_not()
    {
        using var directory = new Calls.TemporaryDirectory();
        var path = directory.Path;
        using var pool = new Pool(new PoolOptions { Workers = 3, KillDelay = TimeSpan.FromSeconds(0.1) });
        var error = (await Assert.ThrowsAsync<FormatException>(() => pool.MapAsync(x => x switch
        {
            0 => FailOnce(path, 2),
            1 => Heed(path, WorkerContext.CancellationToken),
            _ => Ignore(path),
        }, [0, 1, 2])))!;
        Assert.That(error.Data.Contains("ProcessPool.OtherFailures"), Is.False);
    }

    private static int NoteAndFail(string directory, int x)
    {
        File.WriteAllText(Path.Combine(directory, $"{x}"), "");
        return x % 7 == 3 ? throw new FormatException($"item {x}") : x;
    }

    private static int FailOnce(string directory, int others = 1)
    {
        while (Directory.GetFiles(directory).Length < others) Thread.Sleep(1);
        throw new FormatException();
    }

    private static int FailWhenCancelled(string directory, CancellationToken token)
    {
        File.WriteAllText(Path.Combine(directory, "runs"), "");
        token.WaitHandle.WaitOne();
        throw new InvalidDataException();
    }

    private static int Heed(string directory, CancellationToken token)
    {
        File.WriteAllText(Path.Combine(directory, "heeds"), "");
        token.WaitHandle.WaitOne();
        token.ThrowIfCancellationRequested();
        return 0;
    }

    private static int Ignore(string directory)
    {
        File.WriteAllText(Path.Combine(directory, "ignores"), "");
        Thread.Sleep(Timeout.Infinite);
        return 0;
    }
}
