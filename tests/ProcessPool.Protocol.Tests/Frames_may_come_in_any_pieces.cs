using ProcessPool.Coordinator.Tests;
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

    private static async Task MapThrough(IWorkerLauncher launcher, Func<int, int> function)
    {
        var dripping = new WrappingLauncher(launcher, input => new PassingStream(input, 1), output => new PassingStream(output, 1));
        await using var pool = new Pool(new PoolOptions { Workers = 1 }, dripping);
        Assert.That(await pool.MapAsync(function, Enumerable.Range(0, 3000)), Is.EqualTo(Enumerable.Range(0, 3000).Select(i => 2 * i)));
    }
}
