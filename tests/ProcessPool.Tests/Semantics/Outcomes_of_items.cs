namespace ProcessPool.Tests.Semantics;

internal sealed class Outcomes_of_items : PoolTests
{
    [Test]
    public async Task Come_in_order_or_as_they_are_there()
    {
        foreach (var ordered in new[] { true, false })
        {
            var stream = ordered
                ? Pool.Imap(static x => x % 5 == 4 ? throw new FormatException($"item {x}") : 2 * x, Enumerable.Range(0, 1000))
                : Pool.ImapUnordered(static x => x % 5 == 4 ? throw new FormatException($"item {x}") : 2 * x, Enumerable.Range(0, 1000));
            var outcomes = await ToListAsync(stream.Outcomes());
            if (!ordered) outcomes.Sort((a, b) => a.Item.CompareTo(b.Item));
            Assert.That(outcomes.Select(outcome => outcome.Item), Is.EqualTo(Enumerable.Range(0, 1000)));
            foreach (var outcome in outcomes)
            {
                Assert.That(outcome.Succeeded, Is.EqualTo(outcome.Item % 5 != 4));
                if (outcome.Succeeded) Assert.That(outcome.Value, Is.EqualTo(2 * outcome.Item));
                else Assert.That(() => outcome.Value, Throws.TypeOf<FormatException>().With.Message.EqualTo($"item {outcome.Item}"));
                Assert.That(outcome.WorkerId, Is.InRange(0, Pool.Workers - 1));
                Assert.That(outcome.Attempt, Is.EqualTo(1));
            }

            Assert.That(outcomes.Max(outcome => outcome.Duration), Is.GreaterThan(TimeSpan.Zero));
        }
    }

    [Test]
    public async Task Say_how_long_each_item_took_also_among_quick_ones()
    {
        var outcomes = await ToListAsync(Pool.Imap(static x => SleepAt(500, x), Enumerable.Range(0, 1000)).Outcomes());
        Assert.That(outcomes.MaxBy(outcome => outcome.Duration)!.Item, Is.EqualTo(500));
        Assert.That(outcomes[500].Duration, Is.GreaterThanOrEqualTo(TimeSpan.FromSeconds(1)));
        Assert.That(outcomes.Average(outcome => outcome.Duration.TotalSeconds), Is.LessThan(0.1));
    }

    [Test]
    public async Task Have_no_worker_where_an_argument_could_not_be_sent()
    {
        var outcomes = await ToListAsync(Pool.Imap(static x => x.ToString() ?? "", new object[] { 1, typeof(Console).Assembly, 2 }).Outcomes());
        Assert.That(outcomes.Select(outcome => outcome.WorkerId >= 0), Is.EqualTo(new[] { true, false, true }));
        Assert.That(outcomes[1].Exception, Is.TypeOf<ValueException>());
        Assert.That(outcomes[1].Exception!.Data["ProcessPool.Item"], Is.EqualTo(1L));
        Assert.That(outcomes[1].ToString(), Does.StartWith("1: ValueException: "));
        Assert.That(outcomes[2].ToString(), Is.EqualTo("2: 2"));
    }

    [Test]
    public async Task Tell_of_a_death_the_attempt_and_the_time()
    {
        using var pool = new Pool(new PoolOptions { Workers = 1, MaxAttempts = 2 });
        var outcome = (await ToListAsync(pool.Imap(static x => SleepAndExit(x), [0.2]).Outcomes()))[0];
        Assert.That(outcome.Exception, Is.TypeOf<WorkerDiedException>());
        Assert.That(outcome.Attempt, Is.EqualTo(2));
        Assert.That(outcome.Duration, Is.GreaterThan(TimeSpan.FromSeconds(0.19)));
    }

    [Test]
    public async Task An_input_that_fails_is_thrown_all_the_same() => await Assert.ThrowsAsync<InvalidDataException>(async () =>
        await ToListAsync(Pool.Imap(static x => x, Enumerable.Range(0, 5).Select(static x => x == 3 ? throw new InvalidDataException() : x)).Outcomes()));

    private static int SleepAt(int item, int x)
    {
        if (x == item) Thread.Sleep(1000);
        return x;
    }

    private static int SleepAndExit(double seconds)
    {
        Thread.Sleep(TimeSpan.FromSeconds(seconds));
        Environment.Exit(3);
        return 0;
    }
}
