using System.Diagnostics;
using System.Globalization;
using ProcessPool.Tests.Calls;

namespace ProcessPool.Tests.Semantics;

/// <summary>What an item sets around itself does not reach the next item.</summary>
[NonParallelizable]
[TestFixture(1)]
[TestFixture(0)]
internal sealed class What_items_leave_behind(int workers)
{
    private static readonly AsyncLocal<string?> Local = new();

    private Pool _pool = null!;

    private static IEnumerable<TestCaseData> Traces()
    {
        yield return Trace("an AsyncLocal", static () => Local.Value = "left", static () => Local.Value);
        yield return Trace("the current activity", static () => new Activity("left").Start(), static () => Activity.Current?.OperationName);
        yield return Trace("the culture", static () => CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("tr-TR"), static () => CultureInfo.CurrentCulture.Name);
        yield return Trace("the UI culture", static () => CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("tr-TR"), static () => CultureInfo.CurrentUICulture.Name);
        yield return Trace("the name of its thread", static () => Thread.CurrentThread.Name = "left", static () => Thread.CurrentThread.Name);
        yield return Trace("the priority of its thread", static () => Thread.CurrentThread.Priority = ThreadPriority.Lowest, static () => $"{Thread.CurrentThread.Priority}");
        yield return Trace("a synchronization context", static () => SynchronizationContext.SetSynchronizationContext(new SynchronizationContext()), static () => $"{SynchronizationContext.Current}");
        yield return Trace("the flow of its context", static () => ExecutionContext.SuppressFlow(), static () => $"{ExecutionContext.IsFlowSuppressed()}");
    }

    [SetUp]
    public void MakePool() => _pool = new Pool(workers);

    [TearDown]
    public async Task EndPool() => await _pool.DisposeAsync();

    [TestCaseSource(nameof(Traces))]
    public async Task Does_not_reach_the_next_one(Action leave, Func<string?> look)
    {
        var before = _pool.Apply(look);
        var seen = _pool.Map(
            _ =>
            {
                var found = look();
                leave();
                return found;
            },
            Enumerable.Range(0, 100));
        Assert.That(seen, Is.All.EqualTo(before));
        Assert.That(_pool.Apply(look), Is.EqualTo(before), "the next call");
        await Assert.ThrowsAsync<FormatException>(() => _pool.ApplyAsync(() =>
        {
            leave();
            throw new FormatException();
        }));
        Assert.That(_pool.Apply(look), Is.EqualTo(before), "after a failure");
    }

    [Test]
    public void Is_not_the_culture_of_new_threads_either()
    {
        if (workers == 0)
        {
            _pool.Apply(static () => 1);
            Assert.That(CultureInfo.DefaultThreadCurrentCulture, Is.Null, "it is the whole process's, in which there are other threads");
            return;
        }

        var seen = _pool.Map(
            static _ =>
            {
                string? name = null;
                var thread = new Thread(() => name = CultureInfo.CurrentCulture.Name);
                thread.UnsafeStart();
                thread.Join();
                CultureInfo.DefaultThreadCurrentCulture = CultureInfo.GetCultureInfo("tr-TR");
                return name;
            },
            Enumerable.Range(0, 20));
        Assert.That(seen, Is.All.EqualTo(CultureInfo.CurrentCulture.Name));
    }

    [Test]
    public void Is_not_the_directory_of_items_that_take_a_while_nor_of_other_calls()
    {
        var root = Path.GetPathRoot(Environment.CurrentDirectory)!;
        if (workers == 0)
        {
            IsNeverChangedInTheCallersProcess(root);
            return;
        }

        var seen = _pool.Map(
            _ =>
            {
                var found = Environment.CurrentDirectory;
                Environment.CurrentDirectory = root;
                Thread.Sleep(20);
                return found;
            },
            Enumerable.Range(0, 20));
        Assert.That(seen, Is.All.EqualTo(Environment.CurrentDirectory));
        for (var i = 0; i < 20; i++)
        {
            Assert.That(_pool.Apply(static () => Environment.CurrentDirectory), Is.EqualTo(Environment.CurrentDirectory));
            _pool.Apply(() => Environment.CurrentDirectory = root);
        }
    }

    [Test]
    public async Task Is_what_the_initializer_has_left_for_all()
    {
        using var directory = new TemporaryDirectory();
        var before = Environment.CurrentDirectory;
        await using var pool = new Pool(new PoolOptions
        {
            Workers = workers,
            Initializer = () =>
            {
                Local.Value = "initializer";
                Thread.CurrentThread.Name = "mine";
                if (workers > 0) Environment.CurrentDirectory = directory.Path;
            },
        });
        var seen = pool.Map(
            static _ =>
            {
                var found = $"{Local.Value} {Thread.CurrentThread.Name} {Environment.CurrentDirectory}";
                (Local.Value, Thread.CurrentThread.Name) = ("item", "item");
                return found;
            },
            Enumerable.Range(0, 20));
        Assert.That(seen, Is.All.EqualTo($"initializer mine {(workers > 0 ? directory.Path : before)}"));
        Assert.That(Environment.CurrentDirectory, Is.EqualTo(before));
    }

    private void IsNeverChangedInTheCallersProcess(string root)
    {
        var before = Environment.CurrentDirectory;
        var stream = _pool.Imap(static _ => Environment.CurrentDirectory, [1, 2]);
        try
        {
            Environment.CurrentDirectory = root;
            Assert.That(stream.ToBlockingEnumerable(), Is.All.EqualTo(root));
            Assert.That(Environment.CurrentDirectory, Is.EqualTo(root));
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }

        Assert.That(
            () => new Pool(new PoolOptions { Workers = 0, WorkingDirectory = root }),
            Throws.ArgumentException.With.Message.Contains("items run in this process"));
    }

    private static TestCaseData Trace(string name, Action leave, Func<string?> look) => new TestCaseData(leave, look).SetArgDisplayNames(name);
}
