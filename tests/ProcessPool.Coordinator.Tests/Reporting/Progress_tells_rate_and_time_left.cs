using ProcessPool.Coordinator.Reporting;

namespace ProcessPool.Coordinator.Tests.Reporting;

internal sealed class Progress_tells_rate_and_time_left
{
    [TestCase(100, 10, 0.5, "20/s, 5 s left")]
    [TestCase(100_000, 5_000, 2, "2,500/s, 38 s left")]
    [TestCase(100, 10, 20, "0.5/s, 3:00 left")]
    [TestCase(100_000, 100, 10, "10/s, 2:46:30 left")]
    [TestCase(100_000_000, 100, 10, "10/s, 116 days left")]
    [TestCase(10, 0, 3, "")]
    [TestCase(10, 10, 4, "2.5/s, 0 s left")]
    public void In_a_few_words(int total, int done, double seconds, string pace)
    {
        var clock = new SetClock();
        var counter = new Counter(total, clock);
        clock.Advance(seconds);
        counter.Report(done);

        Assert.That(counter.Pace, Is.EqualTo(pace));
    }

    [Test]
    public async Task In_a_line_at_each_tenth_but_the_last()
    {
        Assert.That(await LinesOf(total: 40, secondsEach: 1), Is.EqualTo((string[])
        [
            "some: 4 of 40 (10 %), 1.0/s, 36 s left",
            "some: 8 of 40 (20 %), 1.0/s, 32 s left",
            "some: 12 of 40 (30 %), 1.0/s, 28 s left",
            "some: 16 of 40 (40 %), 1.0/s, 24 s left",
            "some: 20 of 40 (50 %), 1.0/s, 20 s left",
            "some: 24 of 40 (60 %), 1.0/s, 16 s left",
            "some: 28 of 40 (70 %), 1.0/s, 12 s left",
            "some: 32 of 40 (80 %), 1.0/s, 8 s left",
            "some: 36 of 40 (90 %), 1.0/s, 4 s left",
        ]));
    }

    [Test]
    public async Task Not_more_often_than_once_in_a_second()
    {
        Assert.That(await LinesOf(total: 1000, secondsEach: 0.0025), Is.EqualTo((string[])
        [
            "some: 400 of 1000 (40 %), 400/s, 2 s left",
            "some: 800 of 1000 (80 %), 400/s, 1 s left",
        ]));
        Assert.That(await LinesOf(total: 1000, secondsEach: 0.0001), Is.Empty);
    }

    private static async Task<List<string>> LinesOf(int total, double secondsEach)
    {
        List<string> lines = [];
        var clock = new SetClock();
        int result = await new LineProgress(lines.Add, clock).ShowAsync("some", total, counter =>
        {
            for (int done = 1; done <= total; done++)
            {
                clock.Advance(secondsEach);
                counter.Report(done);
            }

            return Task.FromResult(7);
        });
        Assert.That(result, Is.EqualTo(7));
        return lines;
    }
}
