using ProcessPool.Chaos.Tests.Support;

namespace ProcessPool.Chaos.Tests;

/// <summary>Workers that are killed at any moment, by SIGKILL.</summary>
[TestFixture(true)]
[TestFixture(false)]
[Parallelizable(ParallelScope.All)]
internal sealed class Killed_workers(bool useStatusPage)
{
    private const double MicrosecondItem = 0.002;
    private const double MillisecondItem = 3;

    [TimeLimit(600)]
    [TestCase(1, MicrosecondItem)]
    [TestCase(2, MicrosecondItem)]
    [TestCase(1, MillisecondItem)]
    [TestCase(2, MillisecondItem)]
    public async Task A_killed_worker_costs_only_the_item_that_ran(int workers, double milliseconds)
    {
        using var log = new RunLog();
        await using var pool = NewPool(workers);
        using var tormentor = new Tormentor(pool, Tormentor.Share(useStatusPage ? 0.1 : 0.04));
        var directory = log.Directory;
        var inputs = Items.Until(() => tormentor.IsDone, Least(milliseconds));
        var outcomes = await pool.Imap(item => Items.Work(directory, item, milliseconds), inputs).OneByOne();

        for (var item = 0; item < outcomes.Count; item++)
        {
            if (outcomes[item].Failure is { } failure) Assert.That(failure.Item, Is.EqualTo(item), failure.Message);
            else Assert.That(outcomes[item].Value, Is.EqualTo(Items.ResultOf(item)));
        }

        Check(outcomes, log, tormentor);
    }

    [TimeLimit(600)]
    [TestCase(1, MicrosecondItem)]
    [TestCase(2, MicrosecondItem)]
    [TestCase(1, MillisecondItem)]
    [TestCase(2, MillisecondItem)]
    public async Task A_killed_worker_costs_only_the_item_that_ran_also_out_of_order(int workers, double milliseconds)
    {
        using var log = new RunLog();
        await using var pool = NewPool(workers);
        using var tormentor = new Tormentor(pool, Tormentor.Share(useStatusPage ? 0.1 : 0.04));
        var directory = log.Directory;
        var inputs = Items.Until(() => tormentor.IsDone, Least(milliseconds));
        var outcomes = await pool.ImapUnordered(item => Items.Work(directory, item, milliseconds), inputs).OneByOne();

        var items = outcomes.ConvertAll(static outcome => outcome.Failure?.Item ?? (outcome.Value - 1) / 7);
        items.Sort();
        Assert.That(items, Is.EqualTo(Enumerable.Range(0, items.Count).Select(static item => (long)item)), "each item has one outcome");
        Check(outcomes, log, tormentor);
    }

    [TimeLimit(600)]
    [TestCase(1)]
    [TestCase(2)]
    public void A_map_under_fire_is_right_or_names_the_dead(int workers)
    {
        using var pool = NewPool(workers);
        using var tormentor = new Tormentor(pool, Tormentor.Share(0.1));
        var expected = Enumerable.Range(0, 200).Select(static item => Items.ResultOf(item)).ToArray();
        var right = 0;
        while (!tormentor.IsDone)
        {
            try
            {
                Assert.That(pool.Map(static item => Items.ResultOf(item), Enumerable.Range(0, 200)), Is.EqualTo(expected));
                right++;
            }
            catch (WorkerDiedException e)
            {
                Assert.That(e.Item, Is.InRange(0, 199));
                Assert.That(e.Cause, Is.EqualTo("was killed by SIGKILL"));
            }
        }

        TestContext.Out.WriteLine($"{right} whole calls");

        // Without a status page it is unknown whether a dead worker had begun an item that was on its way, so the item is lost.
        if (useStatusPage) Assert.That(pool.Map(static item => Items.ResultOf(item), Enumerable.Range(0, 200)), Is.EqualTo(expected), "all items succeed afterwards");
    }

    /// <summary>More inputs than the call takes ahead, so that results arrive while workers are killed.</summary>
    private static int Least(double milliseconds) => milliseconds > 1 ? 1_100 : 5_000;

    private Pool NewPool(int workers) => new(new PoolOptions { Workers = workers, UseStatusPage = useStatusPage });

    private static void Check(List<Outcome> outcomes, RunLog log, Tormentor tormentor)
    {
        var failures = outcomes.Where(static outcome => outcome.Failure is not null).Select(static outcome => outcome.Failure!).ToList();
        var runs = log.Count();
        TestContext.Out.WriteLine($"{outcomes.Count} items, {failures.Count} lost to {tormentor.Killed.Count} deaths");
        Assert.That(failures.Select(static failure => failure.WorkerProcessId), Is.Unique, "a death costs at most one item");
        Assert.That(failures.Select(static failure => failure.WorkerProcessId), Is.SubsetOf(tormentor.Killed));
        Assert.That(runs.Values, Is.All.EqualTo(1), "no item runs twice");
        var lost = failures.ConvertAll(static failure => failure.Item!.Value);
        var finished = Enumerable.Range(0, outcomes.Count).Select(static item => (long)item).Except(lost);
        Assert.That(finished.Except(runs.Keys), Is.Empty, "every result comes from an item that ran");
        Assert.That(runs.Keys.Max(), Is.LessThan(outcomes.Count));
    }
}
