using System.Collections.Concurrent;
using ProcessPool.Coordinator.Tests;

namespace ProcessPool.Protocol.Tests;

[TestFixture]
[CancelAfter(120_000)]
internal sealed class A_worker_in_Python_serves_a_pool
{
    private readonly ConcurrentQueue<WorkerOutput> _output = [];
    private readonly Recorder _recorder = new();
    private readonly TaskCompletionSource _printed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Pool _pool = null!;

    [SetUp]
    public void StartPool()
    {
        Python.Require("msgpack", "python3-msgpack");
        _output.Clear();
    }

    [TearDown]
    public void EndPool() => _pool?.Dispose();

    [Test]
    public async Task It_maps()
    {
        Start(workers: 2);
        var doubled = await _pool.MapAsync(Foreign.Function<int, int>("double"), Enumerable.Range(0, 2000));
        Assert.That(doubled, Is.EqualTo(Enumerable.Range(0, 2000).Select(i => 2 * i)));
    }

    [Test]
    public async Task It_gives_text_and_numbers_of_every_form()
    {
        Start();
        string[] texts = ["straße", "", "ÿ\n", new string('x', 100_000)];
        Assert.That(await _pool.MapAsync(Foreign.Function<string, string>("upper"), texts), Is.EqualTo(texts.Select(PythonUpper)));
        long[] numbers = [long.MinValue / 2, -33, -1, 0, 63, 64, 127, 128, 32768, int.MaxValue, long.MaxValue / 2];
        Assert.That(await _pool.MapAsync(Foreign.Function<long, long>("double"), numbers), Is.EqualTo(numbers.Select(n => 2 * n)));
        Assert.That(_pool.Apply(Foreign.Function<double, double>("double"), 0.1), Is.EqualTo(0.2));
    }

    [Test]
    public async Task It_reads_blocks_small_and_large()
    {
        Start();
        List<int>[] lists = [[], [1, -2, 3], [.. Enumerable.Range(0, 300_000)]];
        var sums = await _pool.MapAsync(Foreign.Function<List<int>, long>("sum"), lists);
        Assert.That(sums, Is.EqualTo(lists.Select(list => list.Sum(i => (long)i))));
    }

    [Test]
    public async Task It_streams_results_in_order()
    {
        Start(workers: 2);
        List<int> results = [];
        await foreach (var result in _pool.Imap(Foreign.Function<int, int>("double"), Enumerable.Range(0, 5000))) results.Add(result);
        Assert.That(results, Is.EqualTo(Enumerable.Range(0, 5000).Select(i => 2 * i)));
    }

    [Test]
    public async Task Its_errors_are_told_with_type_and_message()
    {
        Start();
        var error = await Assert.ThrowsAsync<RemoteTaskException>(() => _pool.ApplyAsync(Foreign.Function<int, int>("fail"), 7));
        Assert.That(error!.RemoteTypeName, Is.EqualTo("ValueError"));
        Assert.That(error.Message, Does.Contain("cannot take 7"));
        Assert.That(_pool.Apply(Foreign.Function<int, int>("double"), 7), Is.EqualTo(14), "It goes on.");
    }

    [Test]
    public async Task Its_death_costs_the_item_that_it_ran_and_no_other()
    {
        Start(workers: 2);
        var failed = new List<WorkerDiedException>();
        var results = new List<int>();
        await using var stream = _pool.Imap(Foreign.Function<int, int>("die"), Enumerable.Range(0, 200)).GetAsyncEnumerator();
        while (true)
        {
            try
            {
                if (!await stream.MoveNextAsync()) break;
                results.Add(stream.Current);
            }
            catch (WorkerDiedException e)
            {
                failed.Add(e);
            }
        }

        Assert.That(results, Is.EqualTo(Enumerable.Range(0, 200).Where(i => i != 13)));
        Assert.That(failed.Select(e => (e.Item, e.Cause)), Is.EqualTo(new[] { (13L, "was killed by SIGKILL") }));
    }

    [Test]
    public async Task It_gives_back_what_it_has_not_started_and_hears_of_a_cancellation()
    {
        Start(killDelay: TimeSpan.FromMinutes(1));
        var pid = _pool.Apply(Foreign.Function<int, int>("pid"), 0);
        using var cancel = new CancellationTokenSource();

        // Quick ones first, so that many are sent ahead of the one that takes long.
        var inputs = Enumerable.Repeat(0, 500).Append(300).Concat(Enumerable.Repeat(0, 2000));
        var map = _pool.MapAsync(Foreign.Function<int, int>("wait"), inputs, cancellationToken: cancel.Token);
        await _printed.Task;
        await cancel.CancelAsync();
        Assert.That(async () => await map, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(_pool.Apply(Foreign.Function<int, int>("pid"), 0), Is.EqualTo(pid), "It was not killed.");
        Assert.That(_output.Single(), Is.EqualTo(new WorkerOutput(0, 500, OutputSource.Out, "waiting for 300 s")));

        await _pool.DisposeAsync();
        var frames = _recorder.FramesFromWorkers();
        var given = frames.Where(frame => frame.Kind == FrameKind.Revoked).ToList();
        Assert.That(given, Is.Not.Empty);
        Assert.That(frames[^1].Kind, Is.EqualTo(FrameKind.Goodbye));
    }

    [Test]
    public async Task It_reports_while_it_runs()
    {
        Start();
        var reports = new Reports();
        Assert.That(await _pool.ApplyAsync(Foreign.Function<(IProgress<int>, int), int>("count"), (reports, 5000)), Is.EqualTo(5000));
        Assert.That(reports.All, Is.EqualTo(Enumerable.Range(0, 5000)));
    }

    [Test]
    public async Task It_waits_for_the_printer_and_loses_nothing()
    {
        await using var pool = new Pool(new PoolOptions { Workers = 1, Output = line => { Thread.Sleep(1); Print(line); } }, _recorder.Wrap(ProgramLauncher.Python));
        Assert.That(await pool.ApplyAsync(Foreign.Function<int, int>("chat"), 3000), Is.EqualTo(3000));
        await pool.DisposeAsync();
        Assert.That(_output.Select(line => int.Parse(line.Line.TrimEnd('x'))), Is.EqualTo(Enumerable.Range(0, 3000)));
    }

    [Test]
    public void It_refuses_an_initializer()
    {
        var options = new PoolOptions { Workers = 2, Output = Print, Initializer = static () => { } };
        _pool = new Pool(options, ProgramLauncher.Python);
        var error = Assert.Throws<WorkerStartException>(() => _pool.Apply(Foreign.Function<int, int>("double"), 1))!;
        Assert.That(error.Message, Does.Contain("initializer").And.Contain("NotImplementedError: this worker has no initializers"));
        Assert.That(error.InnerException, Is.TypeOf<RemoteTaskException>().With.Property("RemoteTypeName").EqualTo("NotImplementedError"));
    }

    [Test]
    public async Task It_refuses_a_finalizer_and_ends()
    {
        _pool = new Pool(new PoolOptions { Workers = 1, Output = Print, Finalizer = static () => 1 }, ProgramLauncher.Python);
        Assert.That(_pool.Apply(Foreign.Function<int, int>("double"), 1), Is.EqualTo(2));
        await _pool.DisposeAsync();
        Assert.That(
            _pool.ExitResults<int>().Single().Exception,
            Is.TypeOf<RemoteTaskException>().With.Property("RemoteTypeName").EqualTo("NotImplementedError").And.Message.Contains("this worker has no finalizers"));
        Assert.That(_output.Single().Line, Does.EndWith("NotImplementedError: this worker has no finalizers"));
    }

    private static string PythonUpper(string text) => text.Replace("ß", "SS").Replace('ÿ', 'Ÿ').ToUpperInvariant();

    private void Start(int workers = 1, TimeSpan? killDelay = null) => _pool = new Pool(
        new PoolOptions { Workers = workers, KillDelay = killDelay ?? TimeSpan.FromSeconds(5), Output = Print },
        _recorder.Wrap(ProgramLauncher.Python));

    private void Print(WorkerOutput line)
    {
        _output.Enqueue(line);
        _printed.TrySetResult();
    }

    private sealed class Reports : IProgress<int>
    {
        public ConcurrentQueue<int> All { get; } = [];

        public void Report(int value) => All.Enqueue(value);
    }
}
