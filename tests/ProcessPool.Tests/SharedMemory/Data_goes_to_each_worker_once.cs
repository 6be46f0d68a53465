using System.Runtime.CompilerServices;

namespace ProcessPool.Tests.SharedMemory;

[CancelAfter(300_000)]
[NonParallelizable]
internal sealed class Data_goes_to_each_worker_once
{
    private static SharedData<List<int>>? _kept;

    [SetUp]
    public void StartWithNothing() => Assert.That(Mappings.Collect(), Is.Zero);

    [Test]
    public async Task However_large_it_is_and_however_many_calls_use_it([Values] bool useStatusPage)
    {
        const int entries = 50_000, size = 1000, calls = 5;
        using var data = SharedData.Create(Enumerable.Range(0, entries).ToDictionary(static i => $"key {i}", static i => Filled(size, (byte)i)));
        await using var pool = new Pool(new PoolOptions { Workers = 2, UseStatusPage = useStatusPage });
        for (var call = 0; call < calls; call++)
        {
            var captured = pool.Map(i => (int)data.Value[$"key {i}"][size - 1], Enumerable.Range(0, 1000));
            var passed = pool.StarMap(static (table, i) => (int)table.Value[$"key {i}"][0], Enumerable.Range(0, 20).Select(i => (data, i)));
            Assert.That(captured, Is.EqualTo(Enumerable.Range(0, 1000).Select(static i => (int)(byte)i)));
            Assert.That(passed, Is.EqualTo(Enumerable.Range(0, 20)));
        }

        Assert.That(pool.Statistics.BytesSent, Is.InRange(1000, 200_000));
        Assert.That(pool.Statistics.BytesReceived, Is.InRange(1000, 200_000));
    }

    [Test]
    public async Task It_is_decoded_once_in_each_and_stays_the_same_object()
    {
        using var data = SharedData.Create(new Counted(7));
        await using var pool = new Pool(2);
        List<(int Process, int Decoded, int Value, int Uses)> uses = [];
        for (var call = 0; call < 5; call++)
        {
            uses.AddRange(pool.Map(_ => Use(data), Enumerable.Range(0, 100)));
            uses.AddRange(pool.Map(static item => Use(item), Enumerable.Repeat(data, 10)));

            // Between two calls nothing in the worker refers to it but what keeps it.
            pool.Map(static _ => Collect(), Enumerable.Range(0, 10));
        }

        Assert.That(uses.Select(static use => (use.Decoded, use.Value)), Is.All.EqualTo((1, 7)));
        foreach (var process in uses.GroupBy(static use => use.Process))
            Assert.That(process.Select(static use => use.Uses).Order(), Is.EqualTo(Enumerable.Range(1, process.Count())));
        Assert.That((data.Value.Uses, Counted.Decoded), Is.EqualTo((0, 0)), "the original is this process's own");
    }

    [Test]
    public void Several_threads_of_a_worker_decode_it_once()
    {
        using var data = SharedData.Create(new Counted(7));
        using var pool = new Pool(1);
        var (same, decoded) = pool.Apply(() =>
        {
            var all = new Counted[8];
            Parallel.For(0, all.Length, i => all[i] = data.Value);
            return (all.Distinct(ReferenceEqualityComparer.Instance).Count(), Counted.Decoded);
        });
        Assert.That((same, decoded), Is.EqualTo((1, 1)));
    }

    [Test]
    public void Where_it_was_made_it_is_the_original_also_when_it_comes_back()
    {
        var list = new List<int> { 1 };
        using var data = SharedData.Create(list);
        using var pool = new Pool(1);
        var back = pool.Apply(static data => data, data);
        Assert.That(back.Value, Is.SameAs(list).And.SameAs(data.Value));
        back.Dispose();
        Assert.That(data.Value, Is.SameAs(list), "a second reference only ends itself");
        Assert.That(() => back.Value, Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public void What_changes_afterwards_others_do_not_see()
    {
        var list = new List<int> { 1 };
        using var data = SharedData.Create(list);
        list.Add(2);
        using var pool = new Pool(1);
        Assert.That(pool.Apply(() => { data.Value.Add(5); return data.Value; }), Is.EqualTo(new[] { 1, 5 }));
        Assert.That(pool.Apply(() => data.Value), Is.EqualTo(new[] { 1, 5 }));
        Assert.That(data.Value, Is.EqualTo(new[] { 1, 2 }));
    }

    [Test]
    public void A_replacement_decodes_its_own()
    {
        using var data = SharedData.Create(new Counted(7));
        using var pool = new Pool(1);
        for (var i = 0; i < 3; i++)
        {
            Assert.That(pool.Apply(() => Use(data)).Uses, Is.EqualTo(1));
            Assert.Throws<WorkerDiedException>(() => pool.Apply(() => Environment.Exit(1)));
        }

        using var recycling = new Pool(new PoolOptions { Workers = 1, RecycleAfter = 2 });
        Assert.That(recycling.Map(_ => Use(data).Uses, Enumerable.Range(0, 6)), Is.EqualTo(new[] { 1, 2, 1, 2, 1, 2 }));
    }

    private static IEnumerable<TestCaseData> Kinds()
    {
        yield return Case<string?>(null);
        yield return Case<int?>(null);
        yield return Case(5);
        yield return Case((1, "a"));
        yield return Case(Filled(30_000_000, 9));
        yield return Case(Enumerable.Repeat(Filled(40_000, 3), 100).ToArray());
        yield return Case(new string('é', 3_000_000));
        yield return Case(DayOfWeek.Friday);
        yield return Case(new List<Dictionary<string, double[]>> { new() { ["a"] = [1, 2], ["b"] = [] } });

        static TestCaseData Case<T>(T value) => new TestCaseData((Action<Pool>)(pool => Check(pool, value))).SetArgDisplayNames($"{typeof(T)}");
    }

    [TestCaseSource(nameof(Kinds))]
    public void It_may_be_of_any_type(Action<Pool> check)
    {
        using var pool = new Pool(1);
        check(pool);
        Assert.That(Mappings.Become(0, [.. pool.WorkerPids, Environment.ProcessId]));
    }

    [Test]
    public void It_may_hold_functions_and_shared_arrays()
    {
        using var array = SharedArray.Create<int>(10);
        var factor = 3;
        using var data = SharedData.Create(new Work(x => x * factor, array));
        using var pool = new Pool(1);
        Assert.That(pool.Apply(() => data.Value.Array[2] = data.Value.Function(5)), Is.EqualTo(15));
        Assert.That(array[2], Is.EqualTo(15));
    }

    [Test]
    public void It_may_lie_within_other_values()
    {
        using var data = SharedData.Create("text");
        using var pool = new Pool(1);
        Assert.That(pool.Map(static item => item.Data[0].Value + item.Number, [new Parcel([data], 1), new Parcel([data, data], 2)]), Is.EqualTo(new[] { "text1", "text2" }));
    }

    [Test]
    public void An_initializer_and_a_finalizer_may_use_it()
    {
        using var data = SharedData.Create(new Counted(7));
        var pool = new Pool(new PoolOptions { Workers = 1, Initializer = () => data.Value, Finalizer = () => Use(data) });
        using (pool) Assert.That(pool.Apply(() => ReferenceEquals(WorkerContext.State<Counted>(), data.Value)));
        var (_, decoded, _, uses) = pool.ExitResults<(int Process, int Decoded, int Value, int Uses)>().Single().Value;
        Assert.That((decoded, uses), Is.EqualTo((1, 1)));
    }

    [Test]
    public void What_a_task_makes_is_the_coordinators()
    {
        SharedData<List<int>> data;
        using (var pool = new Pool(1))
        {
            data = pool.Apply(static () => SharedData.Create(new List<int> { WorkerContext.WorkerId, 5 }));
            var first = data.Value;
            Assert.That(first, Is.EqualTo(new[] { 0, 5 }));
            Assert.That(data.Value, Is.SameAs(first));
        }

        using (var other = new Pool(1)) Assert.That(other.Apply(() => data.Value.Count), Is.EqualTo(2), "it outlives its worker");
        data.Dispose();
        Assert.That(Mappings.Own(), Is.Zero);
    }

    [Test]
    public void A_pool_in_a_worker_has_it_too()
    {
        using var data = SharedData.Create("text");
        using var pool = new Pool(1);
        Assert.That(pool.Apply(() =>
        {
            using var inner = new Pool(1);
            return inner.Apply(() => data.Value + WorkerContext.IsWorker);
        }), Is.EqualTo("textTrue"));
    }

    [Test]
    public void Disposed_of_it_is_gone_everywhere()
    {
        using var pool = new Pool(2);
        var data = SharedData.Create(new List<int> { 1 });
        pool.Map(_ => { _kept = data; return data.Value.Count; }, Enumerable.Range(0, 100));
        int[] processes = [.. pool.WorkerPids, Environment.ProcessId];
        Assert.That(Mappings.DescriptorsOf(Environment.ProcessId), Is.EqualTo(1));
        data.Dispose();
        Assert.That(() => data.Value, Throws.TypeOf<ObjectDisposedException>().With.Message.Contains("SharedData"));
        Assert.That(() => pool.Apply(() => data.Value.Count), Throws.TypeOf<ObjectDisposedException>().With.Message.Contains("SharedData"));
        Assert.That(
            pool.Map(static _ => _kept is null || ThrowsDisposed(_kept), Enumerable.Range(0, 100)), Is.All.True, "also for a task that has kept it");
        Assert.That(Mappings.Become(0, processes));
        data.Dispose();
    }

    [Test]
    public void Disposed_of_its_object_is_free_in_the_workers()
    {
        using var pool = new Pool(1);
        var data = SharedData.Create(new List<int> { 1 });
        pool.Apply(() => { Watched.Object = new WeakReference(data.Value); });
        Assert.That(pool.Apply(static () => Collect() && Watched.Object!.IsAlive), "kept until then");
        data.Dispose();
        Assert.That(pool.Apply(static () => Collect() && Watched.Object!.IsAlive), Is.False);
    }

    [Test]
    public void A_thousand_leave_memory_and_descriptors_flat()
    {
        using var pool = new Pool(2);
        pool.WaitUntilReadyAsync().Wait();
        int[] processes = [.. pool.WorkerPids, Environment.ProcessId];
        for (var round = 0; round < 1000; round++)
        {
            using var data = SharedData.Create(new[] { "text", $"{round}" });
            Assert.That(pool.Map(i => data.Value[1], [0, 1]), Is.All.EqualTo($"{round}"));
        }

        Assert.That(Mappings.Become(0, processes));
    }

    [Test]
    public void What_is_dropped_is_released_when_it_is_collected()
    {
        using var pool = new Pool(1);
        for (var i = 0; i < 20; i++) UseAndDrop(pool);
        Assert.That(Mappings.Collect(), Is.Zero);
        Assert.That(Mappings.Become(0, [.. pool.WorkerPids, Environment.ProcessId]));
    }

    [Test]
    public void What_cannot_travel_is_refused_by_its_path_when_it_is_made()
    {
        Assert.That(() => SharedData.Create(new Stream?[] { null }), Throws.TypeOf<ValueException>().With.Message.Contains("Stream"));
        Assert.That(
            () => SharedData.Create(new Dictionary<string, object> { ["a"] = new MemoryStream() }),
            Throws.TypeOf<ValueException>().With.Message.Contains("[\"a\"]").And.Message.Contains("MemoryStream"));
        Assert.That(
            () => SharedData.Create(new Holder(new Handle(1))), Throws.TypeOf<ValueException>().With.Message.Contains("Holder.Handle"), "formatters of a pool do not count");
        Assert.That(Mappings.Own(), Is.Zero);
    }

    private static void Check<T>(Pool pool, T value)
    {
        using var data = SharedData.Create(value);
        Assert.That(pool.Apply(() => data.Value), Is.EqualTo(value));
    }

    private static (int Process, int Decoded, int Value, int Uses) Use(SharedData<Counted> data)
    {
        var value = data.Value;
        return (Environment.ProcessId, Counted.Decoded, value.Number, ++value.Uses);
    }

    private static bool ThrowsDisposed(SharedData<List<int>> data)
    {
        try
        {
            return data.Value is null;
        }
        catch (ObjectDisposedException)
        {
            return true;
        }
    }

    private static bool Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return true;
    }

    private static byte[] Filled(int size, byte value)
    {
        var bytes = new byte[size];
        bytes.AsSpan().Fill(value);
        return bytes;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void UseAndDrop(Pool pool)
    {
        var data = SharedData.Create("text");
        Assert.That(pool.Map(i => data.Value.Length, [1, 2, 3]), Is.All.EqualTo(4));
    }

    [ValueFormatter(typeof(CountedFormatter))]
    private sealed class Counted(int number)
    {
        public static int Decoded { get; set; }

        public int Number { get; } = number;

        public int Uses { get; set; }
    }

    private sealed class CountedFormatter : IValueFormatter<Counted, int>
    {
        public int ToData(Counted value) => value.Number;

        public Counted FromData(int data)
        {
            Counted.Decoded++;
            return new Counted(data);
        }
    }

    private static class Watched
    {
        public static WeakReference? Object { get; set; }
    }

    private sealed record Work(Func<int, int> Function, SharedArray<int> Array);

    private sealed record Parcel(List<SharedData<string>> Data, int Number);

    private sealed record Holder(Handle Handle);

    private sealed class Handle(nint value)
    {
        public nint Value { get; } = value;
    }
}
