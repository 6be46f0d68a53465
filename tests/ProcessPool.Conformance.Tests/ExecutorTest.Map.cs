using Microsoft.CSharp.RuntimeBinder;
using ProcessPool.Conformance.Tests.Listing;
using ProcessPool.Conformance.Tests.Support;

namespace ProcessPool.Conformance.Tests;

// Python's Executor.map gives results as they come: Imap.
internal sealed partial class ExecutorTest
{
    [Test]
    [Ported("Imap gives what a loop gives, also in chunks of 3.")]
    public async Task test_map()
    {
        var expected = Enumerable.Range(0, 10).Select(Work.Square).ToArray();
        Assert.That(await Pool.Imap(Work.Square, Enumerable.Range(0, 10)).ToEnd(), Is.EqualTo(expected));
        Assert.That(await Pool.Imap(Work.Square, Enumerable.Range(0, 10), new CallOptions { ChunkSize = 3 }).ToEnd(), Is.EqualTo(expected));
    }

    [Test]
    [Ported("After the exception of an item, which is thrown at its place, the stream goes on with the next; then it has ended, and stays so. Also in chunks of 3.")]
    public async Task test_map_exception([Values(null, 3)] int? chunkSize)
    {
        var divisors = new[] { 1, 2, 0, 5 };
        await using var stream = Pool.Imap(static x => 10 / x, divisors, new CallOptions { ChunkSize = chunkSize }).GetAsyncEnumerator();
        Assert.That((await stream.MoveNextAsync(), stream.Current), Is.EqualTo((true, 10)));
        Assert.That((await stream.MoveNextAsync(), stream.Current), Is.EqualTo((true, 5)));
        Assert.That(async () => await stream.MoveNextAsync(), Throws.TypeOf<DivideByZeroException>());
        Assert.That((await stream.MoveNextAsync(), stream.Current), Is.EqualTo((true, 2)));
        for (var i = 0; i < 2; i++) Assert.That(await stream.MoveNextAsync(), Is.False);
    }

    [Test]
    [Ported("A TimeoutException that the function throws is its own, and not the end of the call's time: the stream goes on.")]
    public async Task test_map_timeout_from_callable()
    {
        var options = new CallOptions { Timeout = TimeSpan.FromMinutes(1) };
        await using var stream = Pool.Imap(static x => x == 0 ? throw new TimeoutException("mine") : x, [0, 1], options).GetAsyncEnumerator();
        Assert.That(async () => await stream.MoveNextAsync(), Throws.TypeOf<TimeoutException>().With.Message.EqualTo("mine"));
        Assert.That((await stream.MoveNextAsync(), stream.Current), Is.EqualTo((true, 1)));
        Assert.That(await stream.MoveNextAsync(), Is.False);
    }

    [Test]
    [Adapted("The quick items' results come, then TimeoutException; whoever goes on gets it again instead of an end, which what was cut off does not have.")]
    public async Task test_map_timeout()
    {
        var options = new CallOptions { Timeout = TimeSpan.FromSeconds(2) };
        await using var stream = Pool.Imap(
            static x =>
            {
                if (x == 6) WorkerContext.CancellationToken.WaitHandle.WaitOne();
                return x;
            },
            [0, 0, 6],
            options).GetAsyncEnumerator();
        List<int> results = [];
        Assert.That(
            async () =>
            {
                while (await stream.MoveNextAsync()) results.Add(stream.Current);
            },
            Throws.TypeOf<TimeoutException>());
        Assert.That(results, Is.EqualTo(new[] { 0, 0 }));
        Assert.That(async () => await stream.MoveNextAsync(), Throws.TypeOf<TimeoutException>());
    }

    [Test]
    [Adapted("To dispose of the enumerator stops the rest of the call; to ask it for the next result then is a mistake, and ObjectDisposedException.")]
    public async Task test_map_close()
    {
        var log = NewFile("log");
        var stream = Pool.Imap(
            x =>
            {
                File.AppendAllText($"{log}-{Environment.ProcessId}", "1");
                Thread.Sleep(5);
                return x;
            },
            Enumerable.Range(0, 100_000)).GetAsyncEnumerator();
        Assert.That(await stream.MoveNextAsync(), Is.True);
        await stream.DisposeAsync();
        var ran = Count();
        Assert.That(ran, Is.LessThan(100_000));
        Assert.That(async () => await stream.MoveNextAsync(), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(Pool.Map(Work.Square, Enumerable.Range(0, 100)), Is.EqualTo(Enumerable.Range(0, 100).Select(Work.Square)));
        Assert.That(Count(), Is.EqualTo(ran), "nothing of it ran on");

        long Count() => Directory.GetFiles(Path.GetDirectoryName(log)!).Sum(static file => new FileInfo(file).Length);
    }

    [Test]
    [Adapted("What is no integer does not compile: asserted of the compiler's rules at run time, where a number that is one passes, and null.")]
    public async Task test_map_buffersize_type_validation()
    {
        foreach (dynamic size in new object[] { "foo", 2.0 })
            Assert.That(() => Pool.Imap(Work.Square, Enumerable.Range(0, 1), new CallOptions { BufferSize = size }), Throws.TypeOf<RuntimeBinderException>().With.Message.Contains("to 'int?'"));
        foreach (dynamic? size in new object?[] { 2, null })
        {
            CallOptions options = new() { BufferSize = size };
            Assert.That(await Pool.Imap(Work.Square, Enumerable.Range(0, 3), options).ToEnd(), Is.EqualTo(new[] { 0, 1, 4 }));
        }
    }

    [Test]
    [Ported("A buffer of 0 or -1 is refused, by name.")]
    public void test_map_buffersize_value_validation([Values(0, -1)] int size) => Assert.That(
        () => Pool.Imap(Work.Square, [1], new CallOptions { BufferSize = size }),
        Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("BufferSize must be 1 or more"));

    [Test]
    [Ported("Buffers of 1, 2, N and 2N give the right results.")]
    public async Task test_map_buffersize()
    {
        foreach (var size in new[] { 1, 2, 10, 20 })
            Assert.That(await Pool.Imap(Work.Square, Enumerable.Range(0, 10), Buffer(size)).ToEnd(), Is.EqualTo(Enumerable.Range(0, 10).Select(Work.Square)));
    }

    [Test]
    [Adapted("Several inputs are one of pairs, made by Zip.")]
    public async Task test_map_buffersize_on_multiple_iterables()
    {
        foreach (var size in new[] { 1, 2, 10, 20 })
        {
            var pairs = Enumerable.Range(0, 10).Zip(Enumerable.Range(1, 10));
            var results = await Pool.Imap(static pair => Work.Multiply(pair.First, pair.Second), pairs, Buffer(size)).ToEnd();
            Assert.That(results, Is.EqualTo(Enumerable.Range(0, 10).Select(static x => x * (x + 1))));
        }
    }

    [Test]
    [Ported("The first three results over an infinite input are those of the first three.")]
    public async Task test_map_buffersize_on_infinite_iterable() =>
        Assert.That(await Pool.Imap(static x => $"{x}", Inputs.WithoutEnd(), Buffer(2)).First(3), Is.EqualTo(new[] { "0", "1", "2" }));

    [Test]
    [Adapted("Several infinite inputs are one of pairs, made by Zip.")]
    public async Task test_map_buffersize_on_multiple_infinite_iterables() => Assert.That(
        await Pool.Imap(static pair => pair.First + pair.Second, Inputs.WithoutEnd().Zip(Inputs.WithoutEnd()), Buffer(2)).First(3),
        Is.EqualTo(new[] { 0, 2, 4 }));

    [Test]
    [Ported("With a buffer and no inputs the stream has ended, and stays so.")]
    public async Task test_map_buffersize_on_empty_iterable() => Assert.That(await Pool.Imap(Work.Square, Array.Empty<int>(), Buffer(1)).ToEnd(), Is.Empty);

    [Test]
    [Adapted("A call without any input does not compile; null for it is an ArgumentNullException.")]
    public void test_map_buffersize_without_iterable() =>
        Assert.That(() => Pool.Imap(Work.Square, (IEnumerable<int>)null!, Buffer(1)), Throws.ArgumentNullException);

    [Test]
    [Ported("While no result is read only as many inputs are taken as the buffer has places, though the workers are long done with them.")]
    public async Task test_map_buffersize_when_buffer_is_full()
    {
        const int size = 3;
        var done = NewFile("done");
        var input = new CountedInput();
        await using var stream = Pool.Imap(
            x =>
            {
                Work.Touch($"{done}-{x}");
                return x;
            },
            input.Numbers(),
            Buffer(size)).GetAsyncEnumerator();
        for (var read = 0; read < 3; read++)
        {
            for (var item = 0; item < size + read; item++) Work.WaitFor($"{done}-{item}");
            Assert.That(input.Taken, Is.EqualTo(size + read));
            input.Wanted++;
            Assert.That(await stream.MoveNextAsync(), Is.True);
        }
    }

    private static CallOptions Buffer(int size) => new() { BufferSize = size };
}
