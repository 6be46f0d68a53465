namespace ProcessPool.Tests.Semantics;

internal sealed class Imap_streams : PoolTests
{
    [Test]
    [Repeat(20)]
    public async Task Of_a_pool_that_is_closed_without_what_is_pending_give_first_what_has_finished([Values] bool isOrdered, [Values] bool asOutcomes)
    {
        using var runs = SharedValue.Create<int>();
        await using var pool = new Pool(2);
        var numbers = Enumerable.Range(0, int.MaxValue);
        var stream = isOrdered ? pool.Imap(x => Run(x, runs), numbers) : pool.ImapUnordered(x => Run(x, runs), numbers);
        var results = new List<int>();
        var error = await Assert.ThrowsAsync<PoolTerminatedException>(async () =>
        {
            if (asOutcomes)
            {
                await foreach (var outcome in stream.Outcomes()) Take(outcome.Value);
            }
            else
            {
                await foreach (var result in stream) Take(result);
            }
        });
        Assert.That(error!.Message, Does.Contain("Pool.Close"));
        Assert.That(results, Has.Count.EqualTo(runs.Value).And.Unique);
        if (isOrdered) Assert.That(results, Is.Ordered);

        void Take(int result)
        {
            results.Add(result);
            if (results.Count == 100) pool.Close(cancelPending: true);
        }

        static int Run(int x, SharedValue<int> runs)
        {
            runs.Increment();
            return x;
        }
    }

    [Test]
    public async Task A_failed_item_throws_at_its_place_and_the_rest_follows()
    {
        await using var results = Pool.Imap(x => x == 2 ? throw new FormatException("two") : x, Enumerable.Range(0, 5)).GetAsyncEnumerator();
        List<string> seen = [];
        while (true)
        {
            try
            {
                if (!await results.MoveNextAsync()) break;
                seen.Add($"{results.Current}");
            }
            catch (FormatException e)
            {
                seen.Add(e.Message);
            }
        }

        Assert.That(seen, Is.EqualTo(new[] { "0", "1", "two", "3", "4" }));
    }

    [Test]
    public async Task No_input_gives_no_results()
    {
        Assert.That(await ToListAsync(Pool.Imap(x => x, Array.Empty<int>())), Is.Empty);
        Assert.That(await ToListAsync(Pool.ImapUnordered(x => x, Array.Empty<int>())), Is.Empty);
    }

    [Test]
    public async Task Each_enumeration_runs_it_anew()
    {
        var enumerated = 0;
        var stream = Pool.Imap(x => x + 1, Input());
        Assert.That(await ToListAsync(stream), Is.EqualTo(new[] { 2, 3 }));
        Assert.That(await ToListAsync(stream), Is.EqualTo(new[] { 2, 3 }));
        Assert.That(enumerated, Is.EqualTo(2));

        IEnumerable<int> Input()
        {
            enumerated++;
            yield return 1;
            yield return 2;
        }
    }

    [Test]
    public async Task To_leave_one_enumeration_cancels_nothing_of_another()
    {
        using var directory = new Calls.TemporaryDirectory();
        using var pool = new Pool(new PoolOptions { Workers = 1, KillDelay = TimeSpan.FromMinutes(1) });
        using var isWaiting = new ManualResetEventSlim();
        using var wasAdded = new ManualResetEventSlim();
        var reached = directory.File("reached");
        var enumerations = 0;
        var stream = pool.Imap(x => Answer(x, reached, WorkerContext.CancellationToken), Input());
        await using var staying = stream.GetAsyncEnumerator();
        for (var i = 0; i < 500; i++) await staying.MoveNextAsync();
        await using (var leaving = stream.GetAsyncEnumerator())
        {
            while (!File.Exists(reached)) await Task.Delay(1, TestContext.CurrentContext.CancellationToken);
            isWaiting.Set();
            wasAdded.Wait(TestContext.CurrentContext.CancellationToken);

            // Another call makes the pool look for work: the last item goes to the worker, behind the one that runs.
            _ = pool.ApplyAsync(() => 1);
        }

        Assert.That(await staying.MoveNextAsync());
        Assert.That(staying.Current, Is.EqualTo("done"));

        IEnumerable<int> Input()
        {
            if (Interlocked.Increment(ref enumerations) == 2)
            {
                yield return -1;
                yield break;
            }

            for (var i = 0; i < 500; i++) yield return i;
            isWaiting.Wait();
            yield return 500;
            wasAdded.Set();
        }

        static string Answer(int x, string reached, CancellationToken token)
        {
            if (x < 0)
            {
                File.WriteAllText(reached, "");
                token.WaitHandle.WaitOne();
            }

            return token.IsCancellationRequested ? "cancelled" : "done";
        }
    }

    [Test]
    public async Task Nothing_is_taken_from_the_input_before_results_are_wanted()
    {
        var taken = 0;
        var stream = Pool.Imap(x => x, Input());
        Assert.That(taken, Is.Zero);
        Assert.That(await ToListAsync(stream), Is.EqualTo(new[] { 1 }));
        Assert.That(taken, Is.EqualTo(1));

        IEnumerable<int> Input()
        {
            taken++;
            yield return 1;
        }
    }

    [TestCase(0)]
    [TestCase(3)]
    [TestCase(10)]
    public void Input_that_throws_throws_from_Map_itself(int at)
    {
        var error = Assert.Throws<FormatException>(() => { _ = Pool.MapAsync(x => x, ThrowingAt(at)); })!;
        Assert.That(error.StackTrace, Does.Contain(nameof(ThrowingAt)));
        Assert.That(Pool.Apply(() => 1), Is.EqualTo(1));
    }

    [TestCase(0)]
    [TestCase(3)]
    [TestCase(10)]
    public async Task Input_that_throws_throws_from_Imap_after_the_results_before_it(int at)
    {
        List<int> seen = [];
        try
        {
            await foreach (var result in Pool.Imap(x => x, ThrowingAt(at))) seen.Add(result);
            Assert.Fail("The exception of the input is missing.");
        }
        catch (FormatException e)
        {
            Assert.That(e.Message, Is.EqualTo("input"));
        }

        Assert.That(seen, Is.EqualTo(Enumerable.Range(0, at)));
    }

    [Test]
    public async Task Endless_input_is_taken_no_further_than_the_buffer()
    {
        using var pool = new Pool(new PoolOptions { Workers = 1, BufferSize = 3 });
        var taken = 0;
        var consumed = 0;
        await foreach (var result in pool.Imap(x => x, Input()))
        {
            Assert.That(result, Is.EqualTo(consumed));
            consumed++;
            Assert.That(Volatile.Read(ref taken), Is.LessThanOrEqualTo(consumed + 3));
            if (consumed == 20) break;
        }

        IEnumerable<int> Input()
        {
            for (var i = 0; ; i++)
            {
                Interlocked.Increment(ref taken);
                yield return i;
            }
        }
    }

    [Test]
    public void Blocking_enumeration_can_be_left_early()
    {
        Assert.That(Pool.Imap(x => x * x, Enumerable.Range(0, int.MaxValue)).ToBlockingEnumerable().Take(3), Is.EqualTo(new[] { 0, 1, 4 }));
        Assert.That(Pool.Apply(() => 1), Is.EqualTo(1));
    }

    private static IEnumerable<int> ThrowingAt(int at)
    {
        for (var i = 0; i < at; i++) yield return i;
        throw new FormatException("input");
    }
}
