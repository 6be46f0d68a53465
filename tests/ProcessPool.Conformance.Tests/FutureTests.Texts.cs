using ProcessPool.Conformance.Tests.Listing;
using ProcessPool.Conformance.Tests.Support;

namespace ProcessPool.Conformance.Tests;

// What is to be read of calls and of the pool.
internal sealed partial class FutureTests
{
    [Test]
    [Adapted("A task's text is its type, its state is Status. The texts are the pool's, of its state and workers, and that of an outcome, which has the item's value, or the type and message of its exception.")]
    public async Task test_repr()
    {
        var pool = NewPool(Workers);
        await pool.WaitUntilReadyAsync();
        Assert.That($"{pool}", Is.EqualTo($"Pool: open, {Workers} of {Workers} workers running"));
        var gate = new Gate(pool, NewFile("gate"));
        var running = gate.Pass(5);
        pool.Close();
        Assert.That($"{pool}", Is.EqualTo($"Pool: ending, {Workers} of {Workers} workers running"));
        Assert.That(running.Status, Is.EqualTo(TaskStatus.WaitingForActivation));
        gate.Open();
        await pool.JoinAsync();
        Assert.That(running.Status, Is.EqualTo(TaskStatus.RanToCompletion));
        Assert.That($"{pool}", Is.EqualTo($"Pool: ended, 0 of {Workers} workers running"));
        Assert.That($"{NewPool(0)}", Is.EqualTo("Pool: open, items run in this process"));

        var (failed, cancelled) = (StartFailing(), StartCancelled());
        WaitForEnd(failed);
        WaitForEnd(cancelled);
        Assert.That((failed.Status, cancelled.Status), Is.EqualTo((TaskStatus.Faulted, TaskStatus.Canceled)));
        var outcomes = await Pool.Imap(static item => item == 1 ? Work.Fail("no") : 5, [0, 1]).Outcomes().ToEnd();
        Assert.That(outcomes.Select(static outcome => $"{outcome}"), Is.EqualTo(new[] { "0: 5", "1: FormatException: no" }));
    }

    [Test]
    [Adapted("The names by which a program prints the pool's own types are those by which it uses them: all are in one namespace, wherever they are made.")]
    public async Task test_class_str()
    {
        Type[] types = [typeof(Pool), typeof(WorkerDiedException), typeof(WorkerStartException), typeof(PoolTerminatedException), typeof(ItemTimeoutException), typeof(ValueException)];
        Assert.That(types.Select(static type => $"{type}"), Is.EqualTo(types.Select(static type => $"ProcessPool.{type.Name}")));
        var failure = (await Assert.ThrowsAsync<WorkerDiedException>(() => Pool.ApplyAsync(static () => Work.ExitAbruptly(1))))!;
        Assert.That($"{failure}", Does.StartWith("ProcessPool.WorkerDiedException: Item 0 "));
        var timeout = (await Assert.ThrowsAsync<TimeoutException>(() => Pool.ApplyAsync(static () => Thread.Sleep(Timeout.Infinite), new CallOptions { Timeout = TimeSpan.FromSeconds(0.5) })))!;
        Assert.That($"{timeout}", Does.StartWith("System.TimeoutException: The call took longer than 0.5 s"));
    }
}
