using System.Collections.Concurrent;
using ProcessPool.Chaos.Tests.Support;

namespace ProcessPool.Chaos.Tests;

/// <summary>The reports of a task are not lost if its worker dies afterwards.</summary>
[TimeLimit(60)]
internal sealed class Reports_of_workers_that_die
{
    [Test]
    public async Task Come_before_the_failure([Values] bool withPage, [Values("_exit(5)", "raise(SIGKILL)", "Environment.FailFast")] string death)
    {
        await using var pool = new Pool(new PoolOptions { Workers = 2, UseStatusPage = withPage, Output = static _ => { } });
        var reports = new Gathered();
        IProgress<(int Item, int Step)> progress = reports;
        var call = pool.MapAsync(
            item =>
            {
                for (var step = 0; step < 100; step++) progress.Report((item, step));
                if (item == 5) Death.All[death].Run!(null!);
            },
            Enumerable.Range(0, 10),
            new CallOptions { Errors = ErrorPolicy.FinishAll });
        Assert.That(async () => await call, Throws.TypeOf<ItemsFailedException>().With.InnerException.TypeOf<WorkerDiedException>());
        foreach (var item in Enumerable.Range(0, 10))
            Assert.That(reports.All.Where(report => report.Item == item).Select(report => report.Step), Is.EqualTo(Enumerable.Range(0, 100)), $"{item}");
    }

    [Test]
    public async Task Come_of_each_attempt([Values] bool inArgument)
    {
        await using var pool = new Pool(new PoolOptions { Workers = 2, Output = static _ => { } });
        using var log = new RunLog();
        var reports = new Gathered();
        IProgress<(int Item, int Step)> progress = reports;
        var directory = log.Directory;
        var captured = inArgument ? null : progress;
        pool.Map(
            pair =>
            {
                (captured ?? pair.Progress!).Report((pair.Item, 0));
                var mark = Path.Combine(directory, $"mark-{pair.Item}");
                if (File.Exists(mark)) return;
                File.WriteAllText(mark, "");
                Death.All["raise(SIGKILL)"].Run!(null!);
            },
            Enumerable.Range(0, 3).Select(item => (Item: item, Progress: inArgument ? progress : null)),
            new CallOptions { MaxAttempts = 3 });
        Assert.That(reports.All.Select(report => report.Item).Order(), Is.EqualTo(new[] { 0, 0, 1, 1, 2, 2 }));
    }

    private sealed class Gathered : IProgress<(int Item, int Step)>
    {
        public ConcurrentQueue<(int Item, int Step)> All { get; } = [];

        public void Report((int Item, int Step) value) => All.Enqueue(value);
    }
}
