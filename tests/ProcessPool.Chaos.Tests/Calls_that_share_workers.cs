using ProcessPool.Chaos.Tests.Support;

namespace ProcessPool.Chaos.Tests;

/// <summary>More calls than workers.</summary>
[TimeLimit(120)]
internal sealed class Calls_that_share_workers
{
    [Test]
    public async Task A_call_that_has_run_for_a_while_goes_on_although_new_ones_keep_coming()
    {
        using var log = new RunLog();
        var directory = log.Directory;
        await using var pool = new Pool(1);

        // It has the worker to itself at first, and so more time of it than any that comes later will ever need.
        var old = pool.MapAsync(item => Items.Work(directory, item, 5), Enumerable.Range(0, 200));
        Assert.That(Eventually.True(() => log.Count().Count >= 100), Is.True);

        // One of the two always has items that wait.
        using var enough = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var calls = 0;
        var lanes = Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
        {
            while (!old.IsCompleted && !enough.IsCancellationRequested)
            {
                await pool.MapAsync(static item => Items.Spin(5), Enumerable.Range(0, 10));
                Interlocked.Increment(ref calls);
            }
        })).ToArray();
        await Task.WhenAll(lanes);
        TestContext.Out.WriteLine($"{calls} calls came after it");
        Assert.That(enough.IsCancellationRequested, Is.False, "it ends while others come");
        Assert.That(await old, Is.EqualTo(Enumerable.Range(0, 200).Select(static item => Items.ResultOf(item))));
        Assert.That(calls, Is.Positive);
    }
}
