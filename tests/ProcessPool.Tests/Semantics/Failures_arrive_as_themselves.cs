namespace ProcessPool.Tests.Semantics;

internal sealed class Failures_arrive_as_themselves : PoolTests
{
    [Test]
    public void With_type_message_fields_and_the_stack_of_the_worker()
    {
        var error = Assert.Throws<StockException>(() => Pool.Map(CheckStock, [7]))!;
        Assert.That(error.Message, Is.EqualTo("none left"));
        Assert.That(error.Article, Is.EqualTo(7));
        Assert.That(error.ToString(), Does.Contain(nameof(CheckStock)).And.Contain(nameof(With_type_message_fields_and_the_stack_of_the_worker)));
    }

    [Test]
    public async Task From_asynchronous_functions()
    {
        var error = (await Assert.ThrowsAsync<StockException>(() => Pool.MapAsync(CheckStockAsync, [8])))!;
        Assert.That(error.Article, Is.EqualTo(8));
        Assert.That(error.ToString(), Does.Contain(nameof(CheckStockAsync)));
        await Assert.ThrowsAsync<StockException>(() => Pool.MapAsync(async article => await new ValueTask<int>(CheckStockAsync(article)), [8]));
        await Assert.ThrowsAsync<StockException>(() => Pool.ApplyAsync(async () => { await CheckStockAsync(1); }));
        await Assert.ThrowsAsync<StockException>(() => ToListAsync(Pool.Imap(CheckStockAsync, [8])));
        Assert.That(await Pool.ApplyAsync(() => 1), Is.EqualTo(1));
    }

    [Test]
    public void Name_their_item_and_worker_in_their_text()
    {
        var unhandled = $"{Assert.Throws<StockException>(() => Pool.Map(static article => article == 2 ? throw new StockException(article) : article, [0, 1, 2]))}";
        Assert.That(unhandled, Does.Match(@"(?m)^   at item 2 of the call, in worker \d \(process \d+\)\r?$"));
        var late = Assert.Throws<ItemTimeoutException>(() => Pool.Apply(static () => WorkerContext.CancellationToken.WaitHandle.WaitOne(), new CallOptions { ItemTimeout = TimeSpan.FromSeconds(0.1) }))!;
        Assert.That(late.Item, Is.Zero);
        Assert.That(late.Message, Does.Contain($"worker {late.WorkerId} (process {late.WorkerProcessId})"));
        var refused = Assert.Throws<ValueException>(() => Pool.Map(static x => x, new object[] { 1, TextWriter.Null }))!;
        Assert.That(refused.Item, Is.EqualTo(1));
        Assert.That(refused.Message, Does.StartWith("Item 1 failed. "));
    }

    [Test]
    public void With_their_inner_exceptions()
    {
        var error = Assert.Throws<InvalidOperationException>(() => Pool.Apply(() =>
        {
            try
            {
                CheckStock(9);
            }
            catch (StockException e)
            {
                throw new InvalidOperationException("outer", e);
            }
        }))!;
        Assert.That(error.InnerException, Is.TypeOf<StockException>().With.Property("Article").EqualTo(9));
        Assert.That(error.ToString(), Does.Contain(nameof(CheckStock)));
    }

    [Test]
    public void Also_when_there_are_several()
    {
        var error = Assert.Throws<AggregateException>(() => Pool.Apply(() =>
            throw new AggregateException("two", new StockException(1), new FormatException("f"))))!;
        Assert.That(error.InnerExceptions, Has.Count.EqualTo(2));
        Assert.That(error.InnerExceptions[0], Is.TypeOf<StockException>());
        Assert.That(error.InnerExceptions[1].Message, Is.EqualTo("f"));
    }

    [Test]
    public void Or_described_where_they_cannot_be_rebuilt()
    {
        var error = Assert.Throws<RemoteTaskException>(() => Pool.Apply(() => throw new OddException()))!;
        Assert.That(error.RemoteTypeName, Does.EndWith(nameof(OddException)));
        Assert.That(error.ToString(), Does.Contain(nameof(Or_described_where_they_cannot_be_rebuilt)));
    }

    [Test]
    public async Task A_cancellation_that_nobody_asked_for_is_a_failure()
    {
        var call = Pool.MapAsync(x => throw new OperationCanceledException("mine"), [1], cancellationToken: TestContext.CurrentContext.CancellationToken);
        var error = (await Assert.ThrowsAsync<RemoteTaskException>(() => call))!;
        Assert.That(call.IsFaulted);
        Assert.That(error.RemoteTypeName, Is.EqualTo("System.OperationCanceledException"));
        Assert.That(error.RemoteMessage, Is.EqualTo("mine"));
    }

    [Test]
    public void The_first_failure_ends_a_Map_and_the_pool_goes_on()
    {
        using var directory = new Calls.TemporaryDirectory();
        var path = directory.Path;
        var error = Assert.Throws<StockException>(() => Pool.Map(
            x =>
            {
                if (x == 3) CheckStock(x);
                Thread.Sleep(1);
                File.WriteAllText(Path.Combine(path, $"{x}"), "");
            },
            Enumerable.Range(0, 100_000)))!;
        Assert.That(error.Article, Is.EqualTo(3));
        var ran = directory.CountAndDelete();
        Assert.That(ran, Is.LessThan(50_000));
        Assert.That(Pool.Map(x => x, [1, 2]), Is.EqualTo(new[] { 1, 2 }));
        Assert.That(directory.CountAndDelete(), Is.Zero, "something of the call ran on after it had ended");
    }

    private static int CheckStock(int article) => throw new StockException(article);

    private static async Task<int> CheckStockAsync(int article)
    {
        await Task.Yield();
        return CheckStock(article);
    }

    private sealed class StockException(int article) : Exception("none left")
    {
        public int Article => article;
    }

    /// <summary>Its message needs data that is not sent.</summary>
    private sealed class OddException : Exception
    {
        [NonSerialized]
        private readonly string _place = "here";

        public override string Message => $"odd {_place}";
    }
}
