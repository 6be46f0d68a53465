using ProcessPool.Chaos.Tests.Support;

namespace ProcessPool.Chaos.Tests;

/// <summary>Workers that do not get on, because of SIGSTOP: what they have not started goes to others.</summary>
[TimeLimit(120)]
internal sealed class Stopped_workers
{
    [Test]
    public async Task Items_behind_the_one_that_was_stopped_go_to_another_worker()
    {
        for (var round = 0; round < 10; round++)
        {
            await using var pool = new Pool(2);
            await pool.WaitUntilReadyAsync();
            var victim = pool.WorkerPids[round % 2];
            var stream = pool.ImapUnordered(static item => item, Enumerable.Range(0, 20_000)).GetAsyncEnumerator();
            await using (stream)
            {
                var seen = 0;
                while (seen < 1_000 * (round + 1) && await stream.MoveNextAsync()) seen++;
                Processes.Signal(victim, Processes.SigStop);
                try
                {
                    // All but the one that it runs, perhaps, and what it had finished and not said.
                    for (; seen < 20_000 - 1; seen++)
                    {
                        var next = stream.MoveNextAsync().AsTask();
                        if (await Task.WhenAny(next, Task.Delay(TimeSpan.FromSeconds(10))) != next)
                            Assert.Fail($"Round {round}: nothing more came after {seen} results.");
                        Assert.That(await next, Is.True);
                    }
                }
                finally
                {
                    Processes.Signal(victim, Processes.SigContinue);
                }

                while (await stream.MoveNextAsync()) seen++;
                Assert.That(seen, Is.EqualTo(20_000));
            }
        }
    }

    [Test]
    public async Task A_worker_that_was_stopped_while_idle_holds_nothing_up()
    {
        await using var pool = new Pool(2);
        await pool.WaitUntilReadyAsync();
        pool.Map(static item => item, Enumerable.Range(0, 1_000));
        foreach (var victim in pool.WorkerPids)
        {
            Processes.Signal(victim, Processes.SigStop);
            try
            {
                var call = pool.MapAsync(static item => item + 1, Enumerable.Range(0, 1_000));
                Assert.That(await Task.WhenAny(call, Task.Delay(TimeSpan.FromSeconds(10))), Is.SameAs(call), "it ends without the stopped worker");
                Assert.That(await call, Is.EqualTo(Enumerable.Range(1, 1_000)));
            }
            finally
            {
                Processes.Signal(victim, Processes.SigContinue);
            }
        }
    }
}
