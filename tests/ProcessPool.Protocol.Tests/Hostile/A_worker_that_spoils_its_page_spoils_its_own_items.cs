using ProcessPool.Memory;

namespace ProcessPool.Protocol.Tests.Hostile;

// The page is shared memory: whatever the worker writes there, at any time, the coordinator has to live with.
[TestFixture]
[CancelAfter(120_000)]
internal sealed class A_worker_that_spoils_its_page_spoils_its_own_items
{
    private const int Count = 20_000;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Test]
    public Task By_writing_anything_anywhere_all_the_time() => Run((page, random) =>
    {
        Span<byte> bytes = stackalloc byte[8];
        random.NextBytes(bytes);
        var value = BitConverter.ToInt64(bytes);
        switch (random.Next(6))
        {
            case 0:
                page.RunningItem = value;
                break;
            case 1:
                page.StartedAt = value;
                break;
            case 2:
                page.ExitReason = (ExitReason)value;
                break;
            case 3:
                page.Published = value;
                break;
            case 4:
                page.OpenResults = random.Next(2) == 0 ? value : page.Published - random.Next(100);
                break;
            default:
                random.NextBytes(page.Outbox.Slice(random.Next(page.Outbox.Length - 100), 100));
                break;
        }
    });

    [Test]
    public Task By_claiming_and_giving_back_whatever_it_is_given() => Run((page, random) =>
    {
        var sequence = random.NextInt64(StatusPage.Slots);
        if (random.Next(2) == 0) page.TryClaim(sequence);
        else page.TryTakeBack(sequence);
        if (random.Next(4) == 0) page.Grant(sequence);
    });

    [Test]
    public Task By_saying_that_it_runs_what_is_not_there([Values(long.MinValue, -5, 4000, 1_000_000, long.MaxValue - 1)] long sequence) => Run((page, _) =>
    {
        page.RunningItem = sequence;
        page.StartedAt = sequence;
    });

    [Test]
    public Task By_having_published_what_it_has_not([Values(long.MinValue, -1, 1, 100_000, long.MaxValue)] long position) => Run((page, _) =>
    {
        page.Published = position;
    });

    /// <summary>Two workers; what one writes to its page while it serves is spoilt, and it dies now and then and comes again.</summary>
    private static async Task Run(Action<StatusPage, Random> spoil)
    {
        StatusPage? honest = null;
        var pages = new List<StatusPage>();
        using var stop = new CancellationTokenSource();
        StatusPage NewPage()
        {
            var page = new StatusPage();
            if (Interlocked.CompareExchange(ref honest, page, null) is null) return page;
            lock (pages) pages.Add(page);
            return page;
        }

        var launcher = new ScriptedLauncher(worker =>
        {
            worker.Greet();
            var served = 0;
            while (worker.NextItems() is { Length: > 0 } items)
            {
                foreach (var (sequence, argument) in items) worker.Send(Frames.Result(sequence, 2 * argument));
                if (++served > 20 && worker.Page != honest) return;
            }
        })
        { NewPage = NewPage };
        var spoiling = new Thread(() =>
        {
            var random = new Random(1);
            while (!stop.IsCancellationRequested)
            {
                StatusPage? page;
                lock (pages) page = pages.Count > 0 ? pages[^1] : null;
                if (page is null) Thread.Yield();
                else spoil(page, random);
            }
        });
        spoiling.Start();
        try
        {
            await using var pool = new Pool(new PoolOptions { Workers = 2, Output = _ => { } }, launcher);
            var (results, failures) = (new List<int>(), 0);
            await using var stream = pool.Imap(i => 2 * i, Enumerable.Range(0, Count)).GetAsyncEnumerator();
            while (true)
            {
                try
                {
                    if (!await stream.MoveNextAsync().AsTask().WaitAsync(Limit)) break;
                    results.Add(stream.Current);
                }
                catch (WorkerDiedException)
                {
                    failures++;
                }
            }

            Assert.That(results, Is.Ordered.And.Unique.And.SubsetOf(Enumerable.Range(0, Count).Select(i => 2 * i)));
            Assert.That(results.Count + failures, Is.EqualTo(Count));
            Assert.That(failures, Is.LessThan(Count / 2));
        }
        finally
        {
            await stop.CancelAsync();
            spoiling.Join();
        }
    }
}
