using System.Collections.Concurrent;
using System.Globalization;

namespace ProcessPool.Tests.Semantics;

[NonParallelizable]
internal sealed class Tasks_run_in_the_callers_surroundings : PoolTests
{
    private static int _counter;

    private readonly ConcurrentQueue<WorkerOutput> _output = new();

    protected override PoolOptions Options => new() { Workers = 2, Output = _output.Enqueue };

    [TearDown]
    public void ForgetOutput() => _output.Clear();

    [TestCase("de-DE", "fr-FR", "1,5")]
    [TestCase("en-US", "de-DE", "1.5")]
    [TestCase("", "", "1.5")]
    public async Task In_their_culture(string culture, string uiCulture, string expected)
    {
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(uiCulture);
        var seen = Pool.Map(x => (x.ToString(), CultureInfo.CurrentUICulture.Name), [1.5, 1.5]);
        Assert.That(seen, Is.EqualTo(new[] { (expected, uiCulture), (expected, uiCulture) }));
        Assert.That(await Pool.ApplyAsync(() => Task.Run(() => $"{1.5}")), Is.EqualTo(expected));
    }

    [Test]
    public void In_their_directory()
    {
        var before = Environment.CurrentDirectory;
        using var directory = new Calls.TemporaryDirectory();
        try
        {
            Assert.That(Pool.Apply(() => Environment.CurrentDirectory), Is.EqualTo(before));
            Environment.CurrentDirectory = directory.Path;
            Assert.That(Pool.Map(_ => Environment.CurrentDirectory, [1, 2]), Is.All.EqualTo(directory.Path));
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }

        Assert.That(Pool.Map(_ => Environment.CurrentDirectory, [1, 2]), Is.All.EqualTo(before));
    }

    [Test]
    public async Task In_a_directory_that_is_gone_they_fail_and_the_pool_goes_on()
    {
        var before = Environment.CurrentDirectory;
        using var directory = new Calls.TemporaryDirectory();
        var passing = Directory.CreateDirectory(directory.File("passing"));
        try
        {
            Environment.CurrentDirectory = passing.FullName;
            var stream = Pool.Imap(x => x, [1]);
            Environment.CurrentDirectory = before;
            passing.Delete();
            await Assert.ThrowsAsync<DirectoryNotFoundException>(() => ToListAsync(stream));
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }

        Assert.That(Pool.Apply(() => 1), Is.EqualTo(1));
    }

    [Test]
    public void A_call_from_a_directory_that_is_gone_is_refused_and_a_pool_with_one_of_its_own_works([Values(0, 1, 2)] int workers)
    {
        var before = Environment.CurrentDirectory;
        using var directory = new Calls.TemporaryDirectory();
        var passing = Directory.CreateDirectory(directory.File("passing"));
        try
        {
            Environment.CurrentDirectory = passing.FullName;
            passing.Delete();
            using var pool = new Pool(workers);
            Assert.That(
                () => pool.Map(x => x, [1, 2, 3]),
                Throws.TypeOf<DirectoryNotFoundException>().With.Message.Contains("The current directory of this process was deleted"));
            if (workers == 0) return;
            using var other = new Pool(new PoolOptions { Workers = workers, WorkingDirectory = before });
            Assert.That(other.Map(x => x, [1, 2, 3]), Is.EqualTo((int[])[1, 2, 3]));
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }
    }

    [Test]
    public void A_worker_whose_directory_was_deleted_runs_the_next_call()
    {
        using var pool = new Pool(workers: 1);
        var before = Environment.CurrentDirectory;
        using var directory = new Calls.TemporaryDirectory();
        var passing = Directory.CreateDirectory(directory.File("passing"));
        try
        {
            Environment.CurrentDirectory = passing.FullName;
            Assert.That(pool.Apply(() => Environment.CurrentDirectory), Is.EqualTo(passing.FullName));
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }

        passing.Delete();
        Assert.That(pool.Apply(() => Environment.CurrentDirectory), Is.EqualTo(before));
    }

    [Test]
    public async Task What_they_print_comes_with_the_item_that_printed_it()
    {
        var before = _output.Count;
        Pool.Map(
            x =>
            {
                Console.WriteLine($"out {x}");
                Console.Error.Write($"error {x}");
            },
            Enumerable.Range(0, 10));
        while (_output.Count < before + 20) await Task.Delay(1, TestContext.CurrentContext.CancellationToken);
        var lines = _output.Where(line => line.Item is not null).ToArray();
        Assert.That(lines.Where(line => line.Source == OutputSource.Out).Select(line => line.Line), Is.EquivalentTo(Enumerable.Range(0, 10).Select(x => $"out {x}")));
        Assert.That(lines.Where(line => line.Source == OutputSource.Error).Select(line => line.Line), Is.EquivalentTo(Enumerable.Range(0, 10).Select(x => $"error {x}")));
        Assert.That(lines, Is.All.Matches<WorkerOutput>(line => line!.Line.EndsWith($" {line.Item}", StringComparison.Ordinal)));
        Assert.That(lines, Is.All.Matches<WorkerOutput>(line => line!.WorkerId is 0 or 1));
    }

    [Test]
    public void Static_fields_are_each_processes_own()
    {
        _counter = 1000;
        var seen = Pool.Map(_ => ++_counter, Enumerable.Range(0, 10));
        Assert.That(seen, Is.All.LessThanOrEqualTo(10));
        Assert.That(_counter, Is.EqualTo(1000));
    }

    [Test]
    public void Each_in_another_process()
    {
        var pids = Pool.Map(_ => Environment.ProcessId, Enumerable.Range(0, 20));
        Assert.That(pids, Has.None.EqualTo(Environment.ProcessId));
        Assert.That(pids.Distinct(), Is.SubsetOf(Pool.WorkerPids));
    }
}
