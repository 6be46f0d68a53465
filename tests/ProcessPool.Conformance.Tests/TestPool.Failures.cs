using ProcessPool.Chaos.Tests.Support;
using ProcessPool.Conformance.Tests.Listing;
using ProcessPool.Conformance.Tests.Support;

namespace ProcessPool.Conformance.Tests;

// What tasks throw.
internal sealed partial class TestPool
{
    [Test]
    [Adapted("An exception keeps its type and message, and its own text holds the worker's stack with the line of the source; what the caller's own input throws has none of it.")]
    public async Task test_traceback([Values] Way way)
    {
        var (_, failures) = await Pool.Call(way, static _ => Work.Fail("123"), [0]).WaitAsync(Eventually.Bound);
        var remote = failures.Single();
        Assert.That(remote, Is.TypeOf<FormatException>().With.Message.EqualTo("123"));
        Assert.That(remote.ToString(), Does.Contain(nameof(Work.Fail)).And.Contain("Work.cs:line"));
        Assert.That(remote.Data.Contains("ProcessPool.Worker"), Is.True);

        var local = way == Way.Imap ? (await Pool.Imap(Work.Square, Inputs.ThrowingAt(3)).UpToFailure()).Failure
            : way == Way.ImapUnordered ? (await Pool.ImapUnordered(Work.Square, Inputs.ThrowingAt(3)).UpToFailure()).Failure
            : Assert.Throws<InputException>(() => Pool.Map(Work.Square, Inputs.ThrowingAt(3)));
        Assert.That(local, Is.TypeOf<InputException>().With.InnerException.Null);
        Assert.That(local!.Data.Contains("ProcessPool.Worker"), Is.False);
    }

    [Test]
    [Ported("Every way of calling throws what the task threw, and not something around it.")]
    public async Task test_wrapped_exception([Values] Way way)
    {
        Assert.That(() => Pool.Apply(static () => throw new InvalidOperationException("bare")), Throws.TypeOf<InvalidOperationException>().With.InnerException.Null);
        var (_, failures) = await Pool.Call(way, static int (int _) => throw new InvalidOperationException("bare"), [0]).WaitAsync(Eventually.Bound);
        Assert.That(failures.Single(), Is.TypeOf<InvalidOperationException>().With.InnerException.Null);
    }

    [Test]
    [Adapted("To wait for all items after one has failed is asked for with ErrorPolicy.FinishAll; all failures are in the exception, large as they are, and the pool can be joined.")]
    public void test_map_no_failfast()
    {
        // More than a pipe holds, and less than what an exception may carry.
        const int length = 90_000;
        var pool = NewPool(Workers);
        var finished = NewFile("finished");
        var failure = Assert.Throws<ItemsFailedException>(() => pool.Map(
            item =>
            {
                if (item == 1)
                {
                    Thread.Sleep(300);
                    Work.Touch(finished);
                }

                Work.Fail(new string('x', length));
            },
            [0, 1],
            new CallOptions { Errors = ErrorPolicy.FinishAll }))!;
        Assert.That(File.Exists(finished), Is.True, "the second item was waited for");
        Assert.That(failure.InnerExceptions, Has.Count.EqualTo(2).And.All.TypeOf<FormatException>());
        Assert.That(failure.InnerExceptions.Select(static inner => inner.Message.Length), Is.All.EqualTo(length));
        pool.Close();
        Assert.That(() => pool.JoinAsync().WaitAsync(Eventually.Bound), Throws.Nothing);
    }
}
