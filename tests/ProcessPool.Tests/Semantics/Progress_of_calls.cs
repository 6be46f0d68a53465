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

            var last = reports.WaitForEnd();
            Assert.That((last.Done, last.Failed, last.Total), Is.EqualTo((200, 4, (long?)200)));
            Assert.That(reports.All.Select(report => report.Done), Is.Ordered);
            Assert.That(reports.All.Count, Is.GreaterThan(2), "some in between");
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
        Assert.That(reports.WaitForEnd().Total, Is.EqualTo(2));

        IEnumerable<int> Input()
        {
            yield return 1;
            isRead.Wait(TimeSpan.FromSeconds(50));
            yield return 2;
        }
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
            Assert.That(SpinWait.SpinUntil(() => !reports.All.IsEmpty, TimeSpan.FromSeconds(30)));
            Assert.That(reports.All.Single(), Is.EqualTo(new CallProgress(0, 0, 0, reports.All.Single().Elapsed)));
        }
    }

    [Test]
    public async Task That_throws_or_takes_its_time_holds_nothing_up()
    {
        var throwing = new CallOptions { Progress = new Reports { OnReport = static () => throw new InvalidOperationException() } };
        Assert.That(await Pool.MapAsync(static x => x, Enumerable.Range(0, 1000), throwing), Has.Length.EqualTo(1000));
        using var never = new ManualResetEventSlim();
        var slow = new Reports { OnReport = () => never.Wait(TimeSpan.FromSeconds(50)) };
        for (var i = 0; i < 20; i++) Assert.That(await Pool.MapAsync(static x => x, Enumerable.Range(0, 1000), new CallOptions { Progress = slow }), Has.Length.EqualTo(1000));
        never.Set();
    }

    [Test]
    public void Reads_well()
    {
        Assert.That(new CallProgress(120, 3, 1000, TimeSpan.FromSeconds(3)).ToString(), Is.EqualTo("120 of 1,000 items, 3 failed, 40.0/s, 22 s left"));
        Assert.That(new CallProgress(5, 0, null, TimeSpan.FromSeconds(2)).ToString(), Is.EqualTo("5 items, 2.5/s"));
        Assert.That(new CallProgress(0, 0, 10, TimeSpan.Zero).ToString(), Is.EqualTo("0 of 10 items, 0.0/s"));
        Assert.That(new CallProgress(1, 0, long.MaxValue, TimeSpan.FromDays(1)).TimeLeft, Is.Null);
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

        /// <summary>The last report comes when it comes, but it comes.</summary>
        public CallProgress WaitForEnd()
        {
            SpinWait.SpinUntil(() => All.LastOrDefault() is { Total: { } total, Done: var done } && done == total, TimeSpan.FromSeconds(30));
            return All.Last();
        }
    }
}
