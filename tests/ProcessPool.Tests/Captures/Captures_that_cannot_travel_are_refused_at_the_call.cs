namespace ProcessPool.Tests.Captures;

internal sealed class Captures_that_cannot_travel_are_refused_at_the_call : PoolTests
{
    private static bool _inputTaken;

    [Test]
    public void A_stream()
    {
        using var writer = new StreamWriter(new MemoryStream());
        Assert.That(Refusal(() => Pool.MapAsync(x => writer.Write(x), Input())), Is.EqualTo(
            "captured variable 'writer' (System.IO.StreamWriter): cannot be sent to another process. "
            + "Open it inside the function, or read its content first and capture that."));
        Assert.That(Refusal(() => Pool.ApplyAsync(() => writer.Flush())), Does.StartWith("captured variable 'writer' (System.IO.StreamWriter)"));
        Assert.That(Refusal(() => Pool.ApplyAsync(async () => await writer.FlushAsync())), Does.StartWith("captured variable 'writer'"));
        Assert.That(Refusal(() => Pool.Imap(x => writer.Encoding.CodePage + x, Input())), Does.StartWith("captured variable 'writer'"));
    }

    [Test]
    public void A_pool()
    {
        var inner = Pool;
        var expected = "captured variable 'inner' (ProcessPool.Pool): cannot be sent to another process: a pool belongs to the process that started it. Return the results";
        Assert.That(Refusal(() => Pool.ApplyAsync(() => inner.Workers)), Does.StartWith(expected));
        Assert.That(Refusal(() => Pool.MapAsync(x => inner.Apply(() => x), Input())), Does.StartWith(expected));
    }

    [Test]
    public void A_source_of_tokens()
    {
        using var source = new CancellationTokenSource();
        Assert.That(
            Refusal(() => Pool.ApplyAsync(() => source.IsCancellationRequested)),
            Does.StartWith("captured variable 'source' (System.Threading.CancellationTokenSource)").And.Contain("var token = source.Token"));
    }

    [Test]
    public void This_with_a_field_that_cannot()
    {
        using var report = new Report();
        Assert.That(
            Refusal(() => report.WriteAsync(Pool)),
            Does.StartWith("this (ProcessPool.Tests.Captures.Captures_that_cannot_travel_are_refused_at_the_call.Report)._writer (System.IO.StreamWriter): "));
        Assert.That(
            Refusal(() => Pool.ApplyAsync(report.Count)),
            Does.StartWith("this (").Or.StartWith("the object that Report.Count is called on"));
    }

    [Test]
    public async Task But_what_the_function_does_not_read_does_not_matter()
    {
        using var report = new Report();
        Assert.That(await report.TitleAsync(Pool), Is.EqualTo("title 1"));
        Assert.That(await Pool.ApplyAsync(report.Title), Is.EqualTo("title"));
    }

    [TearDown]
    public void Nothing_has_started()
    {
        Assert.That(_inputTaken, Is.False, "the input was enumerated before the captures were looked at");
        _inputTaken = false;
    }

    private static string Refusal(Func<object> call) => Assert.Throws<ValueException>(() => call())!.Message;

    private static IEnumerable<int> Input()
    {
        _inputTaken = true;
        yield return 1;
    }

    private sealed class Report : IDisposable
    {
        private readonly StreamWriter _writer = new(new MemoryStream());
        private readonly string _title = "title";

        public Task WriteAsync(Pool pool) => pool.MapAsync(x => _writer.Write(x), [1]);

        public Task<string> TitleAsync(Pool pool) => pool.ApplyAsync(x => $"{_title} {x}", 1);

        public int Count() => _writer.Encoding.CodePage;

        public string Title() => _title;

        public void Dispose() => _writer.Dispose();
    }
}
