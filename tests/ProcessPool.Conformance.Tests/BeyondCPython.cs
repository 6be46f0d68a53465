using ProcessPool.Chaos.Tests.Support;
using ProcessPool.Conformance.Tests.Support;

namespace ProcessPool.Conformance.Tests;

/// <summary>Cases that CPython has no tests for: its pool waits forever when one of its workers dies.</summary>
[CancelAfter(60_000)]
[TestFixture(1)]
[TestFixture(3)]
internal sealed class BeyondCPython(int workers) : SharedPoolFixture(workers)
{
    private const int Items = 10;
    private const int Faulty = 4;

    private static IEnumerable<TestCaseData> Ends()
    {
        yield return Case("SIGKILL", static () => Processes.Signal(Environment.ProcessId, Processes.SigKill), 137, "was killed by SIGKILL");
        yield return Case("Environment.Exit", static () => Environment.Exit(123), 123, "called Environment.Exit(123)");
        yield return Case("_exit", static () => Work.ExitAbruptly(45), 45, "ended with exit code 45");
        yield return Case("FailFast", static () => Environment.FailFast("It is broken."), 134, "was killed by SIGABRT");

        static TestCaseData Case(string name, Action end, int exitCode, string cause) => new TestCaseData(end, exitCode, cause).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Ends))]
    public async Task A_worker_that_ends_costs_its_item_and_the_others_finish(Action end, int exitCode, string cause)
    {
        foreach (var way in new[] { Way.Imap, Way.ImapUnordered, Way.ApplyAsync })
        {
            var (results, failures) = await Pool.Call(way, EndAtFaulty, [.. Enumerable.Range(0, Items)]).WaitAsync(Eventually.Bound);
            Assert.That(results.Order(), Is.EqualTo(Others), $"{way}");
            Check((WorkerDiedException)failures.Single());
        }

        var map = Pool.MapAsync(EndAtFaulty, Enumerable.Range(0, Items), new CallOptions { Errors = ErrorPolicy.FinishAll });
        var failure = (await Assert.ThrowsAsync<ItemsFailedException>(() => map.WaitAsync(Eventually.Bound)))!;
        Assert.That(failure.Items, Is.EqualTo(new[] { Faulty }));
        Check((WorkerDiedException)failure.InnerException!);

        int EndAtFaulty(int item)
        {
            if (item == Faulty) end();
            return item;
        }

        void Check(WorkerDiedException died) => Assert.That((died.ExitCode, died.Cause), Is.EqualTo(((int?)exitCode, cause)));
    }

    [Test]
    public async Task A_worker_that_is_told_to_end_from_outside_goes_on_until_it_is_killed()
    {
        var sign = NewFile("sign");
        var call = Pool.ApplyAsync(() => Processes.WaitToBeKilled(sign));
        Work.WaitFor(sign);
        var worker = int.Parse(await File.ReadAllTextAsync(sign));
        Assert.That(Processes.Signal(worker, Processes.SigTerm), Is.True);
        Assert.That(Processes.IsAlive(worker) && !call.IsCompleted, Is.True, "a service manager's signal to all is the coordinator's to answer");
        Processes.Signal(worker, Processes.SigKill);
        Assert.That(() => call.WaitAsync(Eventually.Bound), Throws.TypeOf<WorkerDiedException>());
        Assert.That(Eventually.True(() => Pool.WorkerPids.Count == Workers), Is.True, "it is replaced");
        Assert.That(Pool.WorkerPids, Has.No.Member(worker));
    }

    [Test]
    public async Task An_item_that_fails_leaves_the_others_to_finish([Values(Way.Imap, Way.ImapUnordered, Way.ApplyAsync)] Way way)
    {
        var (results, failures) = await Pool.Call(way, static item => item == Faulty ? Work.Fail("no") : item, [.. Enumerable.Range(0, Items)]).WaitAsync(Eventually.Bound);
        Assert.That(results.Order(), Is.EqualTo(Others));
        Assert.That(failures.Single(), Is.TypeOf<FormatException>());
    }

    [Test]
    public async Task An_item_that_is_tried_again_after_its_workers_death_succeeds()
    {
        var first = NewFile("first");
        var results = await Pool.MapAsync(
            item =>
            {
                if (item == Faulty && !File.Exists(first))
                {
                    Work.Touch(first);
                    Environment.Exit(1);
                }

                return item;
            },
            Enumerable.Range(0, Items),
            new CallOptions { MaxAttempts = 2 }).WaitAsync(Eventually.Bound);
        Assert.That(results, Is.EqualTo(Enumerable.Range(0, Items)));
    }

    private static IEnumerable<int> Others => Enumerable.Range(0, Items).Where(static item => item != Faulty);
}
