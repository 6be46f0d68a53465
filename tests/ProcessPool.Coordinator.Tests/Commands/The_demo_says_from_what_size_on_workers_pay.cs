using ProcessPool.Coordinator.Examples;
using ProcessPool.Coordinator.Reporting;
using ProcessPool.Coordinator.Running;

namespace ProcessPool.Coordinator.Tests.Commands;

internal sealed class The_demo_says_from_what_size_on_workers_pay
{
    // A worker's share of the loop is half of it. Other time of the pool is lost, and the loop's other half is to gain.
    [TestCase(0.2, 1.0, 2.0, 200)]
    [TestCase(0.1, 0.9, 1.6, 250)]
    [TestCase(0.0, 1.0, 2.0, 1)]
    [TestCase(0.0, 0.9, 2.0, 1)]
    public void From_where_the_gain_makes_up_for_the_fixed_cost(double start, double pool, double loop, int expected)
    {
        int? count = Report(pool, loop).PaysFrom(TimeSpan.FromSeconds(start), processors: 2);
        Assert.That(count, Is.EqualTo(expected));
    }

    [TestCase(0.5, 1.5, 2.0)]
    [TestCase(0.0, 2.5, 2.0)]
    public void Not_if_the_loop_is_as_fast_with_all_items(double start, double pool, double loop) =>
        Assert.That(Report(pool, loop).PaysFrom(TimeSpan.FromSeconds(start), processors: 2), Is.Null);

    [Test]
    public void In_one_line_with_two_digits_and_where_they_do_not()
    {
        ExampleReport fast = Report(1.1234, 2.0), slow = Report(2.5, 2.0);

        Assert.That(
            Line(fast, slow, fast), Is.EqualTo("2 workers, started in 0.08 s, pay from about 210 images made, 210 images made; not with 1000 images made."));
        Assert.That(Line(fast), Is.EqualTo("2 workers, started in 0.08 s, pay from about 210 images made."));
        Assert.That(Line(slow), Is.EqualTo("2 workers, started in 0.08 s, do not pay here: not with 1000 images made."));
    }

    private static string Line(params ExampleReport[] reports) => TextReport.PaysFrom(reports, TimeSpan.FromSeconds(0.08));

    private static ExampleReport Report(double pool, double loop) =>
        new(new ExampleWords("images", "made", "images", " of 9x9"), 1000, 2, Outcome(pool), "", [])
        {
            PlainLoop = Outcome(loop),
        };

    private static RunOutcome Outcome(double seconds) => new(1000, [], true, TimeSpan.FromSeconds(seconds));
}
