using System.Runtime.CompilerServices;
using ProcessPool.Chaos.Tests.Support;
using ProcessPool.Conformance.Tests.Listing;
using ProcessPool.Conformance.Tests.Support;

namespace ProcessPool.Conformance.Tests;

/// <summary>Submitting tasks (ApplyAsync), and which objects are kept alive.</summary>
[CancelAfter(60_000)]
[TestFixture(1)]
[TestFixture(3)]
internal sealed partial class ExecutorTest(int workers) : SharedPoolFixture(workers)
{
    [Test]
    [Ported("2 to the power of 8 is 256, also in a worker.")]
    public async Task test_submit() => Assert.That(await Pool.ApplyAsync(static () => Math.Pow(2, 8)), Is.EqualTo(256));

    [Test]
    [Adapted("Arguments by name are those of the call within a lambda, so no name can clash; a missing function is an ArgumentNullException.")]
    public async Task test_submit_keyword()
    {
        var (function, self, options) = (1, 2, 3);
        Assert.That(await Pool.ApplyAsync(() => Work.Multiply(y: 2, x: 8)), Is.EqualTo(16));
        Assert.That(await Pool.ApplyAsync(() => (function, self, options)), Is.EqualTo((1, 2, 3)));
        Assert.That(() => { _ = Pool.ApplyAsync((Func<int>)null!); }, Throws.ArgumentNullException.With.Property("ParamName").EqualTo("function"));
    }

    [Test]
    [Ported("A map that has one item more than there are workers, and then Close: nothing blocks.")]
    public async Task test_shutdown_race_issue12456()
    {
        var pool = NewPool(Workers);
        var call = pool.MapAsync(Work.Square, Enumerable.Range(0, Workers + 1));
        pool.Close();
        await pool.JoinAsync().WaitAsync(Eventually.Bound);
        Assert.That(await call, Is.EqualTo(Enumerable.Range(0, Workers + 1).Select(Work.Square)));
    }

    [Test]
    [Adapted("Asserted when the task is done and forgotten, not from within it: the object whose method was submitted is collectable.")]
    public void test_no_stale_references() => Assert.That(Garbage.IsFreed(SubmitMethodOfNewObject(Pool)), Is.True);

    [Test]
    [Adapted("A pool of -1 workers is refused, by name; one of 0 runs everything in this process, to look for errors there.")]
    public void test_max_workers_negative() =>
        Assert.That(() => new Pool(-1), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("Workers must be"));

    [Test]
    [Adapted("An enumerator of .NET keeps its current result; those before it are collectable, though the stream goes on.")]
    public async Task test_free_reference()
    {
        await using var stream = Pool.Imap(static number => new Box { Number = number }, Enumerable.Range(0, 10)).GetAsyncEnumerator();
        for (var i = 0; i < 3; i++)
        {
            var result = Next(stream);
            Assert.That(await stream.MoveNextAsync(), Is.True);
            Assert.That(Garbage.IsFreed(result), Is.True);
        }
    }

    [Test]
    [Adapted("Nothing but a Boolean is false in C#. An exception that looks like nothing all the same, with an empty message, the HRESULT of success and no elements, is thrown like any other.")]
    public async Task test_swallows_falsey_exceptions([Values] Way way)
    {
        var (results, failures) = await Pool.Call(way, static int (int _) => throw new EmptyException(), [0]).WaitAsync(Eventually.Bound);
        Assert.That(results, Is.Empty);
        Assert.That(failures.Single(), Is.TypeOf<EmptyException>().And.Empty.And.Message.Empty.And.Property(nameof(Exception.HResult)).Zero);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference SubmitMethodOfNewObject(Pool pool)
    {
        var box = new Box { Number = 5 };
        Assert.That(pool.ApplyAsync(box.Negate).GetAwaiter().GetResult(), Is.EqualTo(-5));
        return new WeakReference(box);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference Next(IAsyncEnumerator<Box> stream)
    {
        Assert.That(stream.MoveNextAsync().AsTask().GetAwaiter().GetResult(), Is.True);
        return new WeakReference(stream.Current);
    }
}
