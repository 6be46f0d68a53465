using Microsoft.CSharp.RuntimeBinder;
using ProcessPool.Conformance.Tests.Listing;
using ProcessPool.Conformance.Tests.Support;

namespace ProcessPool.Conformance.Tests;

// Streams of results.
internal sealed partial class TestPool
{
    private int?[] BufferSizes => [null, 1, Workers, 2 * Workers];

    [Test]
    [Ported("The squares come in order, then the end, twice; with the usual buffer, one of 1, of N and of 2N.")]
    public async Task test_imap()
    {
        foreach (var size in BufferSizes)
        {
            var results = await Pool.Imap(Work.Square, Enumerable.Range(0, 10), new CallOptions { BufferSize = size }).ToEnd();
            Assert.That(results, Is.EqualTo(Enumerable.Range(0, 10).Select(Work.Square)), $"buffer {size}");
        }
    }

    [Test]
    [Ported("So do 1,000 of them in chunks of 100.")]
    public async Task test_imap_with_chunksize()
    {
        foreach (var size in BufferSizes)
        {
            var options = new CallOptions { ChunkSize = 100, BufferSize = size };
            Assert.That(await Pool.Imap(Work.Square, Enumerable.Range(0, 1000), options).ToEnd(), Is.EqualTo(Enumerable.Range(0, 1000).Select(Work.Square)));
        }
    }

    [Test]
    [Adapted("All results before the broken input come, whatever the size of the chunks: those that share the last one with it are not lost.")]
    public async Task test_imap_handle_iterable_exception([Values(0, 3, 7)] int at, [Values(1, 2, 4)] int chunkSize)
    {
        var (results, failure) = await Pool.Imap(Work.Square, Inputs.ThrowingAt(at), new CallOptions { ChunkSize = chunkSize }).UpToFailure();
        Assert.That(results, Is.EqualTo(Enumerable.Range(0, at).Select(Work.Square)));
        Assert.That(failure, Is.TypeOf<InputException>());
    }

    [Test]
    [Ported("Sorted, the results are those of a loop; with all sizes of the buffer.")]
    public async Task test_imap_unordered()
    {
        foreach (var size in BufferSizes)
        {
            var results = await Pool.ImapUnordered(Work.Square, Enumerable.Range(0, 10), new CallOptions { BufferSize = size }).ToEnd();
            Assert.That(results.Order(), Is.EqualTo(Enumerable.Range(0, 10).Select(Work.Square)), $"buffer {size}");
        }
    }

    [Test]
    [Ported("So are 1,000 of them in chunks of 100.")]
    public async Task test_imap_unordered_with_chunksize()
    {
        foreach (var size in BufferSizes)
        {
            var options = new CallOptions { ChunkSize = 100, BufferSize = size };
            var results = await Pool.ImapUnordered(Work.Square, Enumerable.Range(0, 1000), options).ToEnd();
            Assert.That(results.Order(), Is.EqualTo(Enumerable.Range(0, 1000).Select(Work.Square)));
        }
    }

    [Test]
    [Ported("What the input throws comes at some point, and every value before it is one that was expected.")]
    public async Task test_imap_unordered_handle_iterable_exception([Values(0, 3, 7)] int at)
    {
        var (results, failure) = await Pool.ImapUnordered(Work.Square, Inputs.ThrowingAt(at)).UpToFailure();
        Assert.That(results, Is.Unique.And.SubsetOf(Enumerable.Range(0, at).Select(Work.Square)));
        Assert.That(failure, Is.TypeOf<InputException>());
    }

    [Test]
    [Adapted("What is no integer does not compile: asserted of the compiler's rules at run time. 0 and -1 are refused at the call, of the pool's options too.")]
    public void test_imap_and_imap_unordered_with_buffersize_type_validation()
    {
        foreach (dynamic size in new object[] { "foo", 2.0 })
        {
            Assert.That(() => new CallOptions { BufferSize = size }, Throws.TypeOf<RuntimeBinderException>().With.Message.Contains("to 'int?'"));
            Assert.That(() => new PoolOptions { BufferSize = size }, Throws.TypeOf<RuntimeBinderException>().With.Message.Contains("to 'int?'"));
        }

        foreach (var size in new[] { 0, -1 })
        {
            var options = new CallOptions { BufferSize = size };
            Assert.That(() => Pool.Imap(Work.Square, [1], options), Throws.TypeOf<ArgumentOutOfRangeException>());
            Assert.That(() => Pool.ImapUnordered(Work.Square, [1], options), Throws.TypeOf<ArgumentOutOfRangeException>());
            Assert.That(() => new Pool(new PoolOptions { BufferSize = size }), Throws.TypeOf<ArgumentOutOfRangeException>());
        }
    }

    [Test]
    [Adapted("Without a size the input runs ahead of the workers too, but no further than 1,024 beyond the results: it may be infinite.")]
    public async Task test_imap_and_imap_unordered_when_buffer_is_full([Values] bool ordered)
    {
        var input = new CountedInput();
        await using var stream = Start(ordered, input, null).GetAsyncEnumerator();
        input.Wanted++;
        await stream.MoveNextAsync();
        Assert.That(() => input.Taken, Is.GreaterThan(Workers + 2).After(20_000, 1));
        Assert.That(input.MostBeyond, Is.LessThanOrEqualTo(1024));
    }

    [Test]
    [Ported("With a buffer of 4 exactly 4 inputs are taken, then exactly one more for each result.")]
    public async Task test_imap_and_imap_unordered_with_buffersize_when_buffer_is_full([Values] bool ordered)
    {
        const int size = 4;
        var input = new CountedInput();
        await using (var stream = Start(ordered, input, size).GetAsyncEnumerator())
        {
            for (var read = 1; read <= 10; read++)
            {
                input.Wanted++;
                Assert.That(await stream.MoveNextAsync(), Is.True);
                var expected = size + read;
                Assert.That(() => input.Taken, Is.EqualTo(expected).After(20_000, 1));
            }
        }

        Assert.That(input.MostBeyond, Is.EqualTo(size));
    }

    [Test]
    [Ported("With a buffer and no inputs the stream has ended, and stays so.")]
    public async Task test_imap_and_imap_unordered_with_buffersize_on_empty_iterable([Values] bool ordered)
    {
        var options = new CallOptions { BufferSize = 2 };
        var stream = ordered ? Pool.Imap(Work.Square, Array.Empty<int>(), options) : Pool.ImapUnordered(Work.Square, Array.Empty<int>(), options);
        Assert.That(await stream.ToEnd(), Is.Empty);
    }

    [Test]
    [Ported("The first three results over an infinite input are those of the first three.")]
    public async Task test_imap_with_buffersize_on_infinite_iterable() =>
        Assert.That(await Pool.Imap(static x => $"{x}", Inputs.WithoutEnd(), new CallOptions { BufferSize = 2 }).First(3), Is.EqualTo(new[] { "0", "1", "2" }));

    [Test]
    [Ported("Three results over an infinite input are different ones.")]
    public async Task test_imap_unordered_with_buffersize_on_infinite_iterable() =>
        Assert.That(await Pool.ImapUnordered(static x => $"{x}", Inputs.WithoutEnd(), new CallOptions { BufferSize = 2 }).First(3), Has.Count.EqualTo(3).And.Unique);

    private ResultStream<int, int> Start(bool ordered, CountedInput input, int? bufferSize)
    {
        var options = new CallOptions { BufferSize = bufferSize };
        return ordered ? Pool.Imap(static x => x, input.Numbers(), options) : Pool.ImapUnordered(static x => x, input.Numbers(), options);
    }
}
