namespace ProcessPool.Tests.Workers;

/// <summary>Delegates that cannot be a finalizer are refused when the pool is created.</summary>
[CancelAfter(120_000)]
internal sealed class Finalizers_that_are_refused
{
    private static IEnumerable<TestCaseData> WrongShapes()
    {
        yield return Case("an argument", (int x) => x);
        yield return Case("two tokens", (CancellationToken one, CancellationToken other) => { });
        yield return Case("a token as the result", static CancellationToken () => default);
    }

    [TestCaseSource(nameof(WrongShapes))]
    public void Other_functions_are_refused(Delegate finalizer) => Assert.That(
        () => new Pool(new PoolOptions { Workers = 1, Finalizer = finalizer }),
        Throws.TypeOf<ArgumentException>().With.Message.StartsWith("PoolOptions.Finalizer is a ").And.Property("ParamName").EqualTo("Finalizer"));

    [Test]
    public void One_that_takes_the_state_is_told_where_it_is() => Assert.That(
        () => new Pool(new PoolOptions { Workers = 1, Initializer = () => new List<int>(), Finalizer = (List<int> state) => state.Count }),
        Throws.TypeOf<ArgumentException>().With.Message.StartsWith("PoolOptions.Finalizer is a System.Func<System.Collections.Generic.List<System.Int32>, System.Int32>; ")
            .And.Message.Contains("WorkerContext.State<T>()"));

    [Test]
    public void What_cannot_be_sent_is_refused_when_the_pool_is_made()
    {
        using var stream = new MemoryStream();
        Assert.That(() => new Pool(new PoolOptions { Workers = 1, Finalizer = () => stream.Flush() }), Throws.TypeOf<ValueException>().With.Message.Contains("'stream'"));
        Assert.That(() => new Pool(new PoolOptions { Workers = 1, Finalizer = () => new MemoryStream() }), Throws.TypeOf<ValueException>().With.Message.Contains("MemoryStream"));
    }

    private static TestCaseData Case(string name, Delegate finalizer) => new TestCaseData(finalizer).SetArgDisplayNames(name);
}
