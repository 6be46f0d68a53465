using System.Diagnostics;
using System.Globalization;
using ProcessPool.Chaos.Tests.Support;

namespace ProcessPool.Chaos.Tests;

/// <summary>An item that takes too much memory of any kind fails, and no other item does.</summary>
[TimeLimit(120)]
[TestFixture(1, true)]
[TestFixture(2, true)]
[TestFixture(2, false)]
internal sealed class Workers_that_take_too_much_memory(int workers, bool useStatusPage)
{
    private const long MiB = 1 << 20;
    private const long Limit = 64 * MiB;

    private static IEnumerable<TestCaseData> WaysToGrowInTheHeap()
    {
        yield return Way("small objects", static () => Growth.Managed(100));
        yield return Way("large objects", static () => Growth.Managed(1_000_000));
        yield return Way("objects that outlive it", static () => Growth.Leak());
        yield return Way("on several threads", static () => Parallel.For(0, 4, static _ => Growth.Managed()));
        yield return Way("and told in other words", static () =>
        {
            try
            {
                Growth.Managed();
            }
            catch (OutOfMemoryException e)
            {
                throw new InvalidDataException("It is too large.", e);
            }
        });
    }

    [TestCaseSource(nameof(WaysToGrowInTheHeap))]
    public async Task In_the_heap_it_meets_an_OutOfMemoryException(Action grow)
    {
        await using var pool = NewPool();
        var (results, failures) = await Outcomes(pool.Imap(i => At(17, i, grow), Enumerable.Range(0, 40)));
        Assert.That(results, Is.EqualTo(Enumerable.Range(0, 40).Where(static i => i != 17)));
        Assert.That(IsAboutMemory(failures.Single()), Is.True, failures[0].ToString());
    }

    /// <summary>Chance decides whether the task or the runtime (which needs a few bytes, too) gets no memory first.</summary>
    [Test]
    public async Task A_heap_that_is_filled_to_the_last_byte_is_told_as_such()
    {
        // This test cannot check that the item is not retried: the runtime may crash instead, and crashes are retried.
        await using var pool = NewPool();
        var failure = (await Assert.CatchAsync(() => pool.ApplyAsync(static () => Growth.Leak(piece: 16))))!;
        Assert.That(IsAboutMemory(failure), Is.True, failure.ToString());
        Assert.That(await pool.ApplyAsync(static () => 1), Is.EqualTo(1));
    }

    [Test]
    public async Task Its_worker_runs_no_more_items_after_that([Values] bool wrapped)
    {
        await using var pool = NewPool();
        for (var round = 0; round < 5; round++)
        {
            var failure = (await Assert.CatchAsync(() => pool.ApplyAsync(() => RunOutOfMemory(wrapped))))!;
            var spent = int.Parse(wrapped ? failure.Message : (string)failure.Data["process"]!, CultureInfo.InvariantCulture);
            var processes = await pool.MapAsync(static _ => Environment.ProcessId, Enumerable.Range(0, 200));
            Assert.That(processes, Has.No.Member(spent));
            Assert.That(Eventually.True(() => !Processes.IsAlive(spent)), Is.True);
        }
    }

    [Test]
    public async Task Other_failures_cost_no_worker()
    {
        await using var pool = NewPool();
        await pool.WaitUntilReadyAsync();
        var before = pool.WorkerPids;
        for (var i = 0; i < 20; i++)
        {
            await Assert.ThrowsAsync<InvalidDataException>(() => pool.ApplyAsync(static () => throw new InvalidDataException()));
            await Assert.ThrowsAsync<InsufficientMemoryException>(() => pool.ApplyAsync(static () => throw new InsufficientMemoryException()));
        }

        Assert.That(pool.WorkerPids, Is.EqualTo(before));
    }

    [Test]
    public async Task Beside_the_heap_its_worker_is_killed()
    {
        await using var pool = NewPool();
        var (results, failures) = await Outcomes(pool.Imap(static i => At(17, i, static () => Growth.Native()), Enumerable.Range(0, 40)));
        Assert.That(results, Is.EqualTo(Enumerable.Range(0, 40).Where(static i => i != 17)));
        var failure = (WorkerMemoryException)failures.Single();
        Assert.That((failure.Item, failure.Limit), Is.EqualTo((17, Limit)));
        Assert.That(failure.WorkerId, Is.InRange(0, workers - 1));
        Assert.That(failure.Used, Is.GreaterThan(Limit));
        Assert.That(failure.Message, Does.Match(
            @"^Item 17 failed: worker \d \(process \d+\) took [\d.,]+ MiB of private memory, more than PoolOptions\.MaxWorkerMemory allows \(64 MiB\)"));
        Assert.That(Eventually.True(() => !Processes.IsAlive(failure.WorkerProcessId!.Value)), Is.True);
    }

    [Test]
    public async Task It_ends_a_map_as_any_failure_does_and_the_pool_goes_on()
    {
        await using var pool = NewPool();
        await Assert.ThrowsAsync<WorkerMemoryException>(() => pool.MapAsync(static i => At(3, i, static () => Growth.Native()), Enumerable.Range(0, 100)));
        await Assert.CatchAsync<OutOfMemoryException>(() => pool.MapAsync(static i => At(3, i, static () => Growth.Managed()), Enumerable.Range(0, 100)));
        await Assert.ThrowsAsync<WorkerMemoryException>(() => pool.ApplyAsync(static () => Growth.Native()));
        Assert.That(await pool.MapAsync(static i => i + 1, Enumerable.Range(0, 1000)), Is.EqualTo(Enumerable.Range(1, 1000)));
    }

    [Test]
    public async Task It_is_not_tried_again()
    {
        using var directory = new TemporaryDirectory();
        var path = directory.Path;
        await using var pool = NewPool(attempts: 5);
        await Assert.ThrowsAsync<WorkerMemoryException>(() => pool.ApplyAsync(() =>
        {
            Note(path);
            Growth.Native();
        }));
        Assert.That(directory.Count("run-*"), Is.EqualTo(1));
    }

    /// <summary>The status page tells why a process ended. Without a page, the runtime's last lines on stderr do.</summary>
    [Test]
    public async Task On_a_thread_where_nothing_catches_it_it_is_told_all_the_same()
    {
        using var directory = new TemporaryDirectory();
        var path = directory.Path;
        await using var pool = NewPool(attempts: 5);
        var failure = (await Assert.ThrowsAsync<WorkerMemoryException>(() => pool.ApplyAsync(() =>
        {
            Note(path);
            var thread = new Thread(static () => throw new OutOfMemoryException());
            thread.Start();
            Thread.Sleep(Timeout.Infinite);
        })))!;
        Assert.That(failure.Message, Does.Contain("unhandled OutOfMemoryException"));
        Assert.That(directory.Count("run-*"), Is.EqualTo(1));
    }

    [Test]
    public async Task One_that_grows_while_it_has_nothing_to_do_is_replaced_and_nothing_fails()
    {
        await using var pool = NewPool();
        var process = await pool.ApplyAsync(static () =>
        {
            new Thread(static () =>
            {
                Thread.Sleep(300);
                Growth.Native();
            })
            { IsBackground = true }.Start();
            return Environment.ProcessId;
        });
        Assert.That(Eventually.True(() => !Processes.IsAlive(process)), Is.True);
        Assert.That(await pool.MapAsync(static i => i + 1, Enumerable.Range(0, 100)), Is.EqualTo(Enumerable.Range(1, 100)));
    }

    [Test]
    public async Task Shared_arrays_do_not_count()
    {
        await using var pool = NewPool();
        await pool.WaitUntilReadyAsync();
        var before = pool.WorkerPids;
        using var array = SharedArray.Create<long>((int)(2 * Limit / sizeof(long)));
        await pool.MapAsync(
            part =>
            {
                array.Span.Slice(part * (array.Span.Length / 4), array.Span.Length / 4).Fill(part + 1);

                // Long enough for the pool to measure the worker's memory.
                Thread.Sleep(200);
            },
            Enumerable.Range(0, 4));
        Assert.That((array[0], array.Span[^1]), Is.EqualTo((1, 4)));
        Assert.That(pool.WorkerPids, Is.EqualTo(before));
    }

    [Test]
    public async Task The_smallest_limit_is_enough_for_small_items()
    {
        await using var pool = NewPool(limit: 32 * MiB);
        await pool.WaitUntilReadyAsync();
        var before = pool.WorkerPids;
        Assert.That(await pool.MapAsync(static i => $"{i}", Enumerable.Range(0, 50_000)), Is.EqualTo(Enumerable.Range(0, 50_000).Select(static i => $"{i}")));
        var arrays = await pool.MapAsync(static array => array.Append(array.Length).ToArray(), Enumerable.Range(0, 100).Select(static i => new int[1000 + i]));
        Assert.That(arrays.Select(static array => array[^1]), Is.EqualTo(Enumerable.Range(1000, 100)));
        Assert.That(await pool.ApplyAsync(static bytes => bytes.Length, new byte[4 * MiB]), Is.EqualTo(4 * MiB));
        Assert.That(pool.WorkerPids, Is.EqualTo(before));
    }

    [Test]
    public async Task What_an_item_starts_has_no_limit_from_it()
    {
        await using var pool = NewPool();
        var (own, variable, child, nested) = await pool.ApplyAsync(static () =>
        {
            using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", "echo $DOTNET_GCHeapHardLimit"]) { RedirectStandardOutput = true })!;
            using var inner = new Pool(1);
            return (Available(), Environment.GetEnvironmentVariable("DOTNET_GCHeapHardLimit"), shell.StandardOutput.ReadToEnd().Trim(), inner.Apply(Available));
        });
        Assert.That(own, Is.EqualTo(Limit - (8 * MiB)), "the heap of a worker");
        Assert.That(nested, Is.EqualTo(Available()), "the heap of a worker's worker");
        Assert.That((variable ?? "", child), Is.EqualTo(("", "")));
    }

    private static long Available() => GC.GetGCMemoryInfo(GCKind.Any).TotalAvailableMemoryBytes;

    private static void RunOutOfMemory(bool wrapped)
    {
        // Throws what a full heap would throw, without filling it.
        var process = $"{Environment.ProcessId}";
        var error = new OutOfMemoryException("There is none.");
        error.Data["process"] = process;
        throw wrapped ? new InvalidOperationException(process, new AggregateException(new InvalidDataException(), error)) : error;
    }

    private static int At(int item, int i, Action act)
    {
        if (i == item) act();
        return i;
    }

    private static void Note(string directory) => File.WriteAllText(Path.Combine(directory, $"run-{Guid.NewGuid():N}"), "");

    /// <summary>
    /// Whether a failure is caused by lack of memory. At the limit the runtime itself may get no memory. Then it reports that, or
    /// crashes before it can report or throw anything.
    /// </summary>
    private static bool IsAboutMemory(Exception failure) =>
        IsOutOfMemory(failure) || failure is WorkerMemoryException or WorkerDiedException { Cause: "was killed by SIGSEGV" };

    private static bool IsOutOfMemory(Exception? failure) =>
        failure is not null && (failure is OutOfMemoryException || IsOutOfMemory(failure is AggregateException many ? many.InnerExceptions[0] : failure.InnerException));

    private static async Task<(List<int> Results, List<Exception> Failures)> Outcomes(IAsyncEnumerable<int> items)
    {
        List<int> results = [];
        List<Exception> failures = [];
        await using var stream = items.GetAsyncEnumerator();
        while (true)
        {
            try
            {
                if (!await stream.MoveNextAsync()) return (results, failures);
                results.Add(stream.Current);
            }
            catch (Exception e)
            {
                failures.Add(e);
            }
        }
    }

    private static TestCaseData Way(string name, Action grow) => new TestCaseData(grow).SetArgDisplayNames(name);

    private Pool NewPool(long limit = Limit, int attempts = 1) => new(new PoolOptions
    {
        Workers = workers,
        MaxWorkerMemory = limit,
        MaxAttempts = attempts,
        UseStatusPage = useStatusPage,
        Output = static _ => { },
    });
}
