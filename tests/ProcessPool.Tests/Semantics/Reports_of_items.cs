using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace ProcessPool.Tests.Semantics;

/// <summary>A task reports to an <see cref="IProgress{T}"/> that it captured or got as an argument.</summary>
internal sealed class Reports_of_items : PoolTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    [Test]
    public void Come_in_order_and_before_the_result([Values] bool withProcesses)
    {
        using var pool = new Pool(withProcesses ? 2 : 0);
        var reports = new Gathered<(int Item, int Step)>();
        IProgress<(int Item, int Step)> progress = reports;
        var results = pool.Map(
            x =>
            {
                for (var step = 0; step < 50; step++) progress.Report((x, step));
                return x;
            },
            Enumerable.Range(0, 100));

        Assert.That(results, Is.EqualTo(Enumerable.Range(0, 100)));
        Assert.That(reports.All, Has.Count.EqualTo(5000), "all, when the call returns");
        foreach (var item in reports.All.GroupBy(report => report.Item)) Assert.That(item.Select(report => report.Step), Is.EqualTo(Enumerable.Range(0, 50)));
    }

    [Test]
    public async Task Come_while_the_item_runs([Values] bool withProcesses)
    {
        await using var pool = new Pool(withProcesses ? 1 : 0);
        using var directory = new TemporaryFile();
        var path = directory.Path;
        var progress = new Gathered<int> { OnReport = value => File.WriteAllText(path, $"{value}") };
        IProgress<int> captured = progress;

        // It goes on only once its report has come.
        Assert.That(await pool.ApplyAsync(() =>
        {
            captured.Report(10);
            return SpinWait.SpinUntil(() => File.Exists(path), Long);
        }));
    }

    [Test]
    public async Task Come_from_every_way_to_call()
    {
        foreach (var call in new Func<IProgress<int>, Task>[]
        {
            progress => Task.Run(() => Pool.Map(x => Tell(progress, x), Enumerable.Range(0, 10))),
            progress => Pool.MapAsync(x => Tell(progress, x), Enumerable.Range(0, 10)),
            progress => Pool.StarMapAsync((x, y) => Tell(progress, x + y), Enumerable.Range(0, 10).Select(x => (x, 0))),
            progress => Task.WhenAll(Enumerable.Range(0, 10).Select(i => Pool.ApplyAsync(x => Tell(progress, x), i))),
            progress => Task.Run(() => Enumerable.Range(0, 10).ToList().ForEach(i => Pool.Apply(() => Tell(progress, i)))),
            progress => ToListAsync(Pool.Imap(x => Tell(progress, x), Enumerable.Range(0, 10))),
            progress => ToListAsync(Pool.ImapUnordered(x => Tell(progress, x), Enumerable.Range(0, 10)).Outcomes()),
            progress => Pool.MapAsync(async x => { await Task.Yield(); return Tell(progress, x); }, Enumerable.Range(0, 10)),
        })
        {
            var reports = new Gathered<int>();
            await call(reports);
            Assert.That(reports.All, Is.EquivalentTo(Enumerable.Range(0, 10)));
        }
    }

    [Test]
    public async Task Come_before_their_result_in_a_stream([Values] bool ordered)
    {
        var reports = new Gathered<int> { OnReport = static _ => Thread.Sleep(1) };
        IProgress<int> progress = reports;
        var inputs = Enumerable.Range(0, 200);
        await foreach (var x in ordered ? Pool.Imap(x => Tell(progress, x), inputs) : Pool.ImapUnordered(x => Tell(progress, x), inputs))
            Assert.That(reports.All, Does.Contain(x));
        Assert.That(reports.All, Has.Count.EqualTo(200));
    }

    [Test]
    public void Come_wherever_the_object_lies()
    {
        var gathered = new Gathered<int>();
        IProgress<int> captured = gathered;
        Assert.That(Pool.Map(x => Tell(captured, x), [1]), Is.EqualTo(new[] { 1 }), "captured");
        Assert.That(Pool.Map(static progress => Tell(progress, 2), new[] { captured }), Is.EqualTo(new[] { 2 }), "an argument");
        Assert.That(Pool.Map(static pair => Tell(pair.Progress, pair.X), new[] { (Progress: captured, X: 3) }), Is.EqualTo(new[] { 3 }), "in a tuple");
        Assert.That(Pool.StarMap(static (progress, x) => Tell(progress, x), new[] { (captured, 4) }), Is.EqualTo(new[] { 4 }), "one of two arguments");
        Assert.That(Pool.Map(static order => Tell(order.Progress!, order.X), new[] { new Order(5, captured) }), Is.EqualTo(new[] { 5 }), "a member of a record");
        Assert.That(Pool.Map(static many => many.Sum(progress => Tell(progress, 6)), new[] { new[] { captured, captured } }), Is.EqualTo(new[] { 12 }), "in an array");
        Action<int> report = value => captured.Report(value);
        Pool.Apply(() => report(7));
        Assert.That(Pool.Apply(new Reporter(captured).Run, 8), Is.EqualTo(8), "a field of the object whose method it is");
        Assert.That(gathered.All, Is.EqualTo(new[] { 1, 2, 3, 4, 5, 6, 6, 7, 8 }));
        Assert.That(Pool.Apply(static order => order.Progress is null, new Order(9, null)), "none");
    }

    [Test]
    public void Come_to_a_Progress_as_the_class_posts_them()
    {
        var all = new ConcurrentQueue<int>();
        var progress = new Progress<int>(all.Enqueue);
        Assert.That(Pool.Map(x => Tell(progress, x), Enumerable.Range(0, 20)), Is.EqualTo(Enumerable.Range(0, 20)));

        // On the thread pool, as there is no context here: when it likes, in any order.
        Assert.That(SpinWait.SpinUntil(() => all.Count == 20, Long));
        Assert.That(all, Is.EquivalentTo(Enumerable.Range(0, 20)));
        var told = new Told();
        Progress<int> declared = told;
        Pool.Apply(() => Tell(declared, 1));
        Assert.That(told.Last, Is.EqualTo(1), "a class derived from it");
    }

    [Test]
    public void Stay_with_the_copy_of_a_class_that_is_declared_as_itself()
    {
        var told = new Counted();
        Assert.That(Pool.Apply(() => { told.Report(1); return told.Count; }), Is.EqualTo(1));
        Assert.That(told.Count, Is.Zero);
    }

    [Test]
    public void Are_given_one_at_a_time()
    {
        var inside = 0;
        var most = 0;
        IProgress<int> progress = new Gathered<int>
        {
            OnReport = _ =>
            {
                most = Math.Max(most, Interlocked.Increment(ref inside));
                Thread.Sleep(1);
                Interlocked.Decrement(ref inside);
            },
        };
        Pool.Map(x => Tell(progress, x), Enumerable.Range(0, 200));
        Assert.That((inside, most), Is.EqualTo((0, 1)));
    }

    [Test]
    public void May_be_made_by_several_threads_of_an_item()
    {
        var reports = new Gathered<int>();
        IProgress<int> progress = reports;
        Pool.Apply(() => Parallel.For(0, 2000, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i => progress.Report(i)).IsCompleted);
        Assert.That(reports.All, Is.EquivalentTo(Enumerable.Range(0, 2000)));
    }

    [Test]
    public void That_throw_in_the_caller_stop_nothing()
    {
        var reports = new Gathered<int> { OnReport = static value => { if (value % 2 == 0) throw new InvalidOperationException(); } };
        IProgress<int> progress = reports;
        Assert.That(Pool.Map(x => Tell(progress, x), Enumerable.Range(0, 100)), Is.EqualTo(Enumerable.Range(0, 100)));
        Assert.That(reports.All, Is.EquivalentTo(Enumerable.Range(0, 50).Select(x => (2 * x) + 1)));
    }

    [Test]
    public void After_the_item_go_nowhere()
    {
        var reports = new Gathered<int>();
        IProgress<int> progress = reports;
        using var pool = new Pool(1);

        // The first item leaves its argument behind; it is another item, and then another call, that reports to it.
        var one = new CallOptions { ChunkSize = 1 };
        pool.Map(static order => (Left.Behind ??= order.Progress!).Report(order.X), [new Order(1, progress), new Order(2, new Gathered<int>())], one);
        pool.Apply(static () => Left.Behind!.Report(3));
        Assert.That(reports.All, Is.EqualTo(new[] { 1 }));

        // Captured, it is the call's.
        pool.Map(x => (x == 4 ? Left.Behind = progress : Left.Behind!).Report(x), [4, 5], one);
        pool.Apply(static () => Left.Behind!.Report(6));
        Assert.That(reports.All, Is.EqualTo(new[] { 1, 4, 5 }));
    }

    [Test]
    public void Of_tasks_of_tasks_come_up()
    {
        var reports = new Gathered<int>();
        IProgress<int> progress = reports;
        Pool.Apply(() =>
        {
            using var inner = new Pool(1);
            inner.Map(x => Tell(progress, x), Enumerable.Range(0, 10));
        });
        Assert.That(reports.All, Is.EqualTo(Enumerable.Range(0, 10)));
    }

    [Test]
    public void That_cannot_be_sent_throw_in_the_item()
    {
        IProgress<object> any = new Gathered<object>();
        Assert.That(() => Pool.Apply(() => any.Report(new MemoryStream())), Throws.TypeOf<ValueException>().With.Message.Contains("MemoryStream"));
        IProgress<Stream> streams = new Gathered<Stream>();
        Assert.That(() => Pool.Apply(() => streams.Report(Stream.Null)), Throws.TypeOf<ValueException>(), "refused at the call");
        using var pool = new Pool(new PoolOptions { Workers = 1, MaxValueBytes = 1000 });
        IProgress<byte[]> bytes = new Gathered<byte[]>();
        Assert.That(() => pool.Apply(() => bytes.Report(new byte[2000])), Throws.TypeOf<ValueException>().With.Message.Contains("report").And.Message.Contains("2003"));
        Assert.That(pool.Apply(() => { bytes.Report(new byte[900]); return 1; }), Is.EqualTo(1));
    }

    [Test]
    public void Of_what_outlives_calls_are_refused()
    {
        IProgress<int> progress = new Gathered<int>();
        Assert.That(() => new Pool(new PoolOptions { Workers = 1, Initializer = () => progress.Report(1) }), Throws.TypeOf<ValueException>().With.Message.Contains("initializer"));
        Assert.That(() => Pool.Apply(() => progress), Throws.TypeOf<ValueException>().With.Message.Contains("a result"));
        Assert.That(() => SharedData.Create(new Order(1, progress)), Throws.TypeOf<ValueException>().With.Message.Contains("shared data"));
    }

    [Test]
    public void May_be_large()
    {
        var lengths = new ConcurrentQueue<(int, byte)>();
        IProgress<byte[]> progress = new Gathered<byte[]> { OnReport = bytes => lengths.Enqueue((bytes.Length, bytes[^1])) };
        Pool.Apply(() =>
        {
            for (byte i = 0; i < 20; i++)
            {
                var bytes = new byte[3_000_000 + i];
                bytes[^1] = i;
                progress.Report(bytes);
            }
        });
        Assert.That(lengths, Is.EqualTo(Enumerable.Range(0, 20).Select(i => (3_000_000 + i, (byte)i))));
    }

    [Test]
    public void Hold_shared_memory_that_lies_in_them_until_it_is_opened_here()
    {
        var sums = new ConcurrentQueue<long>();
        IProgress<SharedArray<long>> progress = new Gathered<SharedArray<long>> { OnReport = array => sums.Enqueue(array[0] + array[999]) };
        Pool.Apply(() => Parallel.For(0, 50, i =>
        {
            var array = SharedArray.Create<long>(1000);
            (array[0], array[999]) = (i, 1000);
            progress.Report(array);
        }).IsCompleted);
        Assert.That(sums, Is.EquivalentTo(Enumerable.Range(0, 50).Select(i => 1000L + i)));
    }

    [Test]
    public void Leave_nothing_behind()
    {
        var (captured, argument) = Use();
        Assert.That(
            SpinWait.SpinUntil(
                () =>
                {
                    GC.Collect();
                    GC.WaitForPendingFinalizers();
                    return !captured.IsAlive && !argument.IsAlive;
                },
                Long),
            $"captured: {captured.IsAlive}, argument: {argument.IsAlive}");

        [MethodImpl(MethodImplOptions.NoInlining)]
        (WeakReference, WeakReference) Use()
        {
            var (first, second) = (new Gathered<int>(), new Gathered<int>());
            IProgress<int> progress = first;
            Pool.Map(order => Tell(progress, order.X) + Tell(order.Progress!, order.X), Enumerable.Range(0, 10).Select(x => new Order(x, second)));
            Assert.That((first.All.Count, second.All.Count), Is.EqualTo((10, 10)));
            return (new WeakReference(first), new WeakReference(second));
        }
    }

    [Test]
    public async Task Of_an_endless_stream_leave_nothing_behind_while_it_runs()
    {
        WeakReference? first = null;
        var reports = 0;
        await foreach (var x in Pool.Imap(static order => Tell(order.Progress!, order.X), Orders()))
        {
            if (x < 3000) continue;
            GC.Collect();
            GC.WaitForPendingFinalizers();
            if (!first!.IsAlive) break;
        }

        Assert.That(first!.IsAlive, Is.False);
        Assert.That(reports, Is.GreaterThanOrEqualTo(3000));

        IEnumerable<Order> Orders()
        {
            for (var i = 0; i < 1_000_000; i++) yield return Make(i);
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        Order Make(int i)
        {
            var progress = new Gathered<int> { OnReport = _ => reports++ };
            first ??= new WeakReference(progress);
            return new Order(i, progress);
        }
    }

    private static int Tell(IProgress<int> progress, int value)
    {
        progress.Report(value);
        return value;
    }

    private static class Left
    {
        public static IProgress<int>? Behind { get; set; }
    }

    private sealed record Order(int X, IProgress<int>? Progress);

    private sealed class Reporter(IProgress<int> progress)
    {
        public int Run(int x) => Tell(progress, x);
    }

    private sealed class Told : Progress<int>
    {
        public int Last { get; private set; }

        protected override void OnReport(int value) => Last = value;
    }

    private sealed class Counted : IProgress<int>
    {
        public int Count { get; private set; }

        public void Report(int value) => Count++;
    }

    private sealed class Gathered<T> : IProgress<T>
    {
        public ConcurrentQueue<T> All { get; } = [];

        public Action<T>? OnReport { get; init; }

        public void Report(T value)
        {
            OnReport?.Invoke(value);
            All.Enqueue(value);
        }
    }

    private sealed class TemporaryFile : IDisposable
    {
        public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), System.IO.Path.GetRandomFileName());

        public void Dispose() => File.Delete(Path);
    }
}
