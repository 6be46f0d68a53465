namespace ProcessPool.Protocol.Tests;

[TestFixture]
[CancelAfter(60_000)]
internal sealed class A_call_that_stops_takes_its_items_back
{
    private ScriptedWorker? _keeper;

    [Test]
    public async Task Also_from_a_worker_that_still_owes_the_answer_to_an_earlier_request()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var launcher = new ScriptedLauncher(worker => ServeOrKeep(worker, asked));
        await using var pool = new Pool(new PoolOptions { Workers = 2, KillDelay = TimeSpan.FromSeconds(20) }, launcher);
        await pool.WaitUntilReadyAsync();
        using var cancel = new CancellationTokenSource();
        var map = pool.MapAsync(i => 2 * i, Enumerable.Range(0, 2000), cancellationToken: cancel.Token);

        // The other worker has run out of items, and the pool has asked this one for some of those that wait.
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(20));
        await cancel.CancelAsync();
        Assert.That(async () => await map, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(launcher.Errors, Is.Empty);
        Assert.That(launcher.Starts, Is.EqualTo(2), "Nobody was killed.");
    }

    /// <summary>The first worker that has several items keeps them, and answers no request before a second one comes.</summary>
    private void ServeOrKeep(ScriptedWorker worker, TaskCompletionSource asked)
    {
        worker.Greet();
        List<long> kept = [];
        var requests = 0;
        while (worker.ReadKind() is var kind && kind is not (FrameKind.None or FrameKind.Shutdown))
        {
            if (kind == FrameKind.Items)
            {
                var items = worker.ReadItems();
                if (items.Length > 1) Interlocked.CompareExchange(ref _keeper, worker, null);
                if (_keeper == worker) kept.AddRange(items.Select(item => item.Sequence));
                else worker.Send([.. items.Select(item => Frames.Result(item.Sequence, 2 * item.Argument))]);
                continue;
            }

            if (kind == FrameKind.Revoke && ++requests == 1) asked.SetResult();
            else if (kind == FrameKind.Revoke) worker.Send(Frames.Revoked([.. kept]), Frames.Revoked());
        }
    }
}
