using System.Collections.Concurrent;

namespace ProcessPool.Tests.Semantics;

internal sealed class Progress_of_calls : PoolTests
{
    [Test]
    public async Task Counts_up_to_the_end_for_every_way_to_call()
    {
        foreach (var call in new Func<CallOptions, Task>[]
        {
            options => Pool.MapAsync(static x => Work(x), Enumerable.Range(0, 200), options),
            options => ToListAsync(Pool.Imap(static x => Work(x), Enumerable.Range(0, 200), options)),
            options => ToListAsync(Pool.ImapUnordered(static x => Work(x), Enumerable.Range(0, 200), options).Outcomes()),
        })
        {
            var reports = new Reports();
            try
            {
                await call(new CallOptions { Progress = reports, Errors = ErrorPolicy.FinishAll });
            }
            catch (ItemsFailedException)
            {
                // Four of them do.
            }

            var last = reports.All.Last();
            Assert.That((last.Done, last.Failed, last.Total), Is.EqualTo((200, 4, (long?)200)));
            Assert.That(reports.All.Select(report => report.Done), Is.Ordered);
            Assert.That(reports.All.Where(report => report.IsLast || report.Done == 200).Single(), Is.SameAs(last));
            Assert.That(reports.All.Count, Is.GreaterThan(1), "one in between");
            Assert.That(last.Rate, Is.EqualTo(200 / last.Elapsed.TotalSeconds).Within(0.001));
            Assert.That(last.TimeLeft, Is.EqualTo(TimeSpan.Zero));
        }
    }

    [Test]
    public void Of_an_input_that_goes_on_knows_no_total()
    {
        var reports = new Reports();
        using var isRead = new ManualResetEventSlim();
        var results = Pool.Imap(static x => x, Input(), new CallOptions { Progress = reports }).ToBlockingEnumerable().GetEnumerator();
        Assert.That(results.MoveNext());
        Assert.That(SpinWait.SpinUntil(() => !reports.All.IsEmpty, TimeSpan.FromSeconds(30)));
        Assert.That(reports.All.First(), Has.Property("Total").Null.And.Property("TimeLeft").Null.And.Property("Done").EqualTo(1));
        isRead.Set();
        Assert.That(results.MoveNext());
        Assert.That(results.MoveNext(), Is.False);
        results.Dispose();
        Assert.That(reports.All.Last().Total, Is.EqualTo(2));

        IEnumerable<int> Input()
        {
            yield return 1;
            isRead.Wait(TimeSpan.FromSeconds(50));
            yield return 2;
        }
    }

    [Test]
    public async Task Of_a_collection_knows_the_total_from_the_start()
    {
        var reports = new Reports();
        var stream = Pool.Imap(static x => x, Enumerable.Range(0, 50).ToList(), new CallOptions { Progress = reports, BufferSize = 2 });

        // The call cannot end before all its results are taken.
        await foreach (var _ in stream) Assert.That(SpinWait.SpinUntil(() => reports.All.Count > 0, TimeSpan.FromSeconds(20)));
        Assert.That(reports.All.Count, Is.GreaterThan(1));
        Assert.That(reports.All.Select(report => report.Total), Is.All.EqualTo(50));
    }

    [Test]
    public async Task Of_no_inputs_is_told_once()
    {
        foreach (var call in new Func<CallOptions, Task>[]
        {
            options => Pool.MapAsync(static x => x, Array.Empty<int>(), options),
            options => ToListAsync(Pool.Imap(static x => x, Array.Empty<int>(), options)),
            options => ToListAsync(Pool.ImapUnordered(static x => x, Array.Empty<int>(), options).Outcomes()),
        })
        {
            var reports = new Reports();
            await call(new CallOptions { Progress = reports });
            var only = reports.All.Single();
            Assert.That((only.Done, only.Failed, only.Total, only.IsLast), Is.EqualTo((0, 0, (long?)0, true)));
        }
    }

    [Test]
    public async Task That_throws_changes_nothing()
    {
        var throwing = new CallOptions { Progress = new Reports { OnReport = static () => throw new InvalidOperationException() } };
        Assert.That(await Pool.MapAsync(static x => x, Enumerable.Range(0, 1000), throwing), Has.Length.EqualTo(1000));
    }

    [Test]
    public async Task Is_complete_before_the_call_is_also_of_a_call_that_fails_or_is_stopped([Values] bool isSlow)
    {
        using var cancellation = new CancellationTokenSource();
        foreach (var (call, failure) in new (Func<CallOptions, Task>, Type?)[]
        {
            (options => Pool.ApplyAsync(static () => 1, options), null),
            (options => Task.Run(() => Pool.Map(static x => x, Enumerable.Range(0, 9), options)), null),
            (options => Pool.MapAsync(static x => x == 5 ? throw new FormatException() : x, Enumerable.Range(0, 9), options), typeof(FormatException)),
            (options => ToListAsync(Pool.Imap(static x => x == 5 ? throw new FormatException() : x, Enumerable.Range(0, 9), options)), typeof(FormatException)),
            (options => Pool.MapAsync(Endless, [1], options with { Timeout = TimeSpan.FromSeconds(0.1) }), typeof(TimeoutException)),
            (options => Pool.MapAsync(Endless, [1], options, new CancellationTokenSource(100).Token), typeof(TaskCanceledException)),
            (options => ToListAsync(Pool.Imap(static x => x, [1], options, new CancellationToken(true))), typeof(OperationCanceledException)),
        })
        {
            var reports = new Reports { OnReport = () => Thread.Sleep(isSlow ? 200 : 0) };
            var task = call(new CallOptions { Progress = reports });
            if (failure is null) await task;
            else Assert.That(async () => await task, Throws.TypeOf(failure));
            Assert.That(reports.All, Is.Not.Empty, failure?.Name);
            Assert.That(reports.All.Last().IsLast);
            var count = reports.All.Count;
            await Task.Delay(100);
            Assert.That(reports.All, Has.Count.EqualTo(count), "none comes later");
        }
    }

    [Test]
    public async Task That_hangs_stops_no_item_and_holds_up_no_stopped_call_for_long()
    {
        await using var pool = new Pool(2);
        using var never = new ManualResetEventSlim();
        using var cancellation = new CancellationTokenSource();
        using var ended = SharedValue.Create<int>();
        var slow = new Reports { OnReport = () => never.Wait(TimeSpan.FromSeconds(50)) };
        var count = ended;
        var call = pool.MapAsync(_ => { Thread.Sleep(1); count.Increment(); }, Enumerable.Range(0, 500), new CallOptions { Progress = slow }, cancellation.Token);
        Assert.That(SpinWait.SpinUntil(() => ended.Value == 500, TimeSpan.FromSeconds(30)), "the items go on");
        Assert.That(pool.Map(static x => x, Enumerable.Range(0, 500)), Has.Length.EqualTo(500), "other calls go on");
        Assert.That(call.IsCompleted, Is.False, "it waits for its last report");
        await cancellation.CancelAsync();
        await call.WaitAsync(TimeSpan.FromSeconds(30));
        var terminated = pool.MapAsync(Endless, [1], new CallOptions { Progress = slow });
        pool.Terminate();
        Assert.That(async () => await terminated.WaitAsync(TimeSpan.FromSeconds(30)), Throws.TypeOf<PoolTerminatedException>());
        never.Set();
    }

    [Test]
    public void Reads_well()
    {
        Assert.That(new CallProgress(120, 3, 1000, TimeSpan.FromSeconds(3)).ToString(), Is.EqualTo("120 of 1,000 items, 3 failed, 40/s, 22 s left"));
        Assert.That(new CallProgress(5, 0, null, TimeSpan.FromSeconds(2)).ToString(), Is.EqualTo("5 items, 2.5/s"));
        Assert.That(new CallProgress(0, 0, 10, TimeSpan.Zero).ToString(), Is.EqualTo("0 of 10 items, 0.0/s"));
        Assert.That(new CallProgress(10, 0, 100, TimeSpan.FromSeconds(20)).ToString(), Does.EndWith(", 0.5/s, 3:00 left"));
        Assert.That(new CallProgress(100, 0, 100_000, TimeSpan.FromSeconds(10)).ToString(), Does.EndWith(", 10/s, 2:46:30 left"));
        Assert.That(new CallProgress(100, 0, 100_000_000, TimeSpan.FromSeconds(10)).ToString(), Does.EndWith(", 10/s, 116 days left"));
        Assert.That(new CallProgress(5000, 0, 100_000, TimeSpan.FromSeconds(2)).ToString(), Does.EndWith(", 2,500/s, 38 s left"));
        Assert.That(new CallProgress(7, 1, 10, TimeSpan.FromSeconds(2.34), isLast: true).ToString(), Is.EqualTo("7 of 10 items, 1 failed, 3.0/s, in 2.3 s"));
        Assert.That(new CallProgress(7, 0, null, TimeSpan.FromMinutes(2.5), isLast: true).ToString(), Does.EndWith(", in 2:30"));
        Assert.That(new CallProgress(1, 0, long.MaxValue, TimeSpan.FromDays(1)).TimeLeft, Is.Null);
    }

    private static int Endless(int x)
    {
        WorkerContext.CancellationToken.WaitHandle.WaitOne();
        return x;
    }

    private static int Work(int x)
    {
        Thread.Sleep(2);
        return x % 50 == 7 ? throw new FormatException() : x;
    }

    private sealed class Reports : IProgress<CallProgress>
    {
        public ConcurrentQueue<CallProgress> All { get; } = [];

        public Action? OnReport { get; init; }

        public void Report(CallProgress value)
        {
            OnReport?.Invoke();
            All.Enqueue(value);
        }
    }
}
