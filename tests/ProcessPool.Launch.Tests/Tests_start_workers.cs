namespace ProcessPool.Launch.Tests;

/// <summary>The application is this process itself, which `dotnet test` has started.</summary>
internal sealed class Tests_start_workers
{
    [Test]
    [CancelAfter(60_000)]
    public async Task A_test_host_starts_workers(CancellationToken cancellationToken)
    {
        var shift = new Point(100, 200);
        int[] workers;
        await using (var pool = new Pool(workers: 2))
        {
            var points = Enumerable.Range(1, 3).Select(i => new Point(i, -i));
            var sums = await pool.MapAsync(point => new Point(point.X + shift.X, point.Y + shift.Y), points, cancellationToken: cancellationToken);
            Assert.That(sums, Is.EqualTo((Point[])[new(101, 199), new(102, 198), new(103, 197)]));
            workers = await pool.MapAsync(_ => Environment.ProcessId, Enumerable.Range(0, 4), cancellationToken: cancellationToken);
        }

        Assert.That(workers, Has.None.EqualTo(Environment.ProcessId));
        Assert.That(System.Diagnostics.Process.GetProcesses().Select(process => process.Id), Has.None.AnyOf([.. workers.Cast<object>()]));
    }

    private sealed record Point(int X, int Y);
}
