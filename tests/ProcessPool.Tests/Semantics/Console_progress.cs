namespace ProcessPool.Tests.Semantics;

internal sealed class Console_progress : PoolTests
{
    [Test]
    public void Writes_so_many_lines_in_a_second_and_always_the_last()
    {
        var writer = new StringWriter();
        IProgress<CallProgress> progress = new ConsoleProgress("some", writer) { LinesPerSecond = 2 };
        for (var done = 1; done <= 100; done++) progress.Report(new CallProgress(done, 0, 100, TimeSpan.FromMilliseconds(20 * done), isLast: done == 100));
        Assert.That(Lines(writer), Is.EqualTo((string[])
        [
            "some: 25 of 100 items, 50/s, 2 s left",
            "some: 50 of 100 items, 50/s, 1 s left",
            "some: 75 of 100 items, 50/s, 1 s left",
            "some: 100 of 100 items, 50/s, in 2.0 s",
        ]));
    }

    [Test]
    public async Task Has_its_last_line_when_the_call_is_complete()
    {
        for (var i = 0; i < 50; i++)
        {
            var writer = new StringWriter();
            var options = new CallOptions { Progress = new ConsoleProgress(writer: writer), Errors = ErrorPolicy.FinishAll };
            var inputs = Enumerable.Range(0, 20);
            if (i % 2 == 0) await Pool.MapAsync(static x => x, inputs, options);
            else await ToListAsync(Pool.Imap(static x => x, inputs, options));
            Assert.That(Lines(writer).Last(), Does.Match(@"^20 of 20 items, [0-9.,]+/s, in [0-9.]+ s$"));
        }
    }

    [Test]
    public async Task Of_calls_at_once_is_kept_apart_and_in_whole_lines()
    {
        var writer = new StringWriter();
        var options = new CallOptions { Progress = new ConsoleProgress("shared", writer) { LinesPerSecond = 1000 } };
        await Task.WhenAll(Enumerable.Range(1, 20).Select(count => Pool.MapAsync(static _ => Thread.Sleep(1), Enumerable.Range(0, 10 * count), options)));
        var lines = Lines(writer);
        Assert.That(lines, Has.All.Match(@"^shared: [0-9]+ of [0-9]+0 items, [0-9.]+/s(, [0-9]+ s left|, in [0-9.]+ s)?$"));
        foreach (var count in Enumerable.Range(1, 20))
        {
            var own = lines.Where(line => line.Contains($" of {10 * count} items"));
            Assert.That(own.Count(line => line.Contains(", in ")), Is.EqualTo(1));
            Assert.That(own.Last(), Does.StartWith($"shared: {10 * count} of "));
        }
    }

    [Test]
    public async Task That_cannot_be_written_is_left_out()
    {
        var closed = new StreamWriter(new MemoryStream());
        await closed.DisposeAsync();
        var options = new CallOptions { Progress = new ConsoleProgress(writer: closed) };
        Assert.That(await Pool.MapAsync(static x => x, Enumerable.Range(0, 20), options), Has.Length.EqualTo(20));
        Assert.That(() => new ConsoleProgress(writer: closed).Report(new CallProgress(1, 0, 1, default, isLast: true)), Throws.Nothing);
    }

    [Test]
    public void Checks_what_it_is_given()
    {
        foreach (var wrong in new[] { 0, -1, double.NaN })
            Assert.That(() => new ConsoleProgress { LinesPerSecond = wrong }, Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith("LinesPerSecond must be more than zero."));
        Assert.That(() => new ConsoleProgress().Report(null!), Throws.ArgumentNullException);
        Assert.That(() => new CallProgress(-1, 0, 1, default), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new CallProgress(1, 0, -1, default), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    private static string[] Lines(StringWriter writer) => writer.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
}
