using ProcessPool.Coordinator.Tests;
using ProcessPool.Protocol.Tests.Hostile;
using ProcessPool.Workers;

namespace ProcessPool.Protocol.Tests;

[TestFixture]
[CancelAfter(120_000)]
internal sealed class Frames_may_come_in_any_pieces
{
    [Test]
    public Task A_byte_at_a_time_in_both_directions_with_a_status_page() => MapThrough(new LocalLauncher(useStatusPage: true), i => 2 * i);

    [Test]
    public Task A_byte_at_a_time_in_both_directions_without_a_status_page() => MapThrough(new LocalLauncher(useStatusPage: false), i => 2 * i);

    [Test]
    public Task A_byte_at_a_time_to_and_from_a_worker_in_Python()
    {
        Python.Require("msgpack", "python3-msgpack");
        return MapThrough(ProgramLauncher.Python, Foreign.Function<int, int>("double"));
    }

    [Test]
    public async Task Whole_sessions_with_all_that_they_can_hold([Values] bool useStatusPage, [Values(1, 7, 100_000)] int step)
    {
        var lines = new System.Collections.Concurrent.ConcurrentQueue<string>();
        var local = new LocalLauncher(useStatusPage);
        var launcher = new FirstLauncher(local, local);
        await using var pool = new Pool(
            new PoolOptions { Workers = 2, KillDelay = TimeSpan.FromSeconds(50), Output = line => lines.Enqueue(line.Line) }, Dripping(launcher, step));
        var text = new string('ü', 20_000);
        Assert.That(await pool.MapAsync(i => $"{text}{i}", Enumerable.Range(0, 5)), Is.EqualTo(Enumerable.Range(0, 5).Select(i => $"{text}{i}")));
        Assert.That(await pool.ApplyAsync(bytes => bytes.Sum(b => (long)b), new byte[100_000]), Is.Zero);
        await pool.ApplyAsync(() => Console.WriteLine("a line"));
        var failure = await Assert.ThrowsAsync<ArgumentException>(() => pool.ApplyAsync(int (int i) => throw new ArgumentException("no", nameof(i), new FormatException("inner")), 1));
        Assert.That(failure!.InnerException, Is.TypeOf<FormatException>());
        using var cancel = new CancellationTokenSource();
        var waiting = pool.MapAsync((i, token) => Task.Delay(TimeSpan.FromMinutes(5), token), Enumerable.Range(0, 50), cancellationToken: cancel.Token);
        await cancel.CancelAsync();
        Assert.That(async () => await waiting, Throws.InstanceOf<OperationCanceledException>());
        var results = new HashSet<double>();
        await foreach (var result in pool.ImapUnordered(i => i / 2.0, Enumerable.Range(0, 500))) results.Add(result);
        Assert.That(results, Has.Count.EqualTo(500));
        await pool.DisposeAsync();
        Assert.That(lines, Is.EqualTo(new[] { "a line" }));
        Assert.That(launcher.Starts, Is.EqualTo(2), "The cancelled items have heard of it, and nobody was killed.");
    }

    private static WrappingLauncher Dripping(IWorkerLauncher launcher, int step) =>
        new(launcher, input => new PassingStream(input, step), output => new PassingStream(output, step));

    private static async Task MapThrough(IWorkerLauncher launcher, Func<int, int> function)
    {
        await using var pool = new Pool(new PoolOptions { Workers = 1 }, Dripping(launcher, 1));
        Assert.That(await pool.MapAsync(function, Enumerable.Range(0, 3000)), Is.EqualTo(Enumerable.Range(0, 3000).Select(i => 2 * i)));
    }
}
