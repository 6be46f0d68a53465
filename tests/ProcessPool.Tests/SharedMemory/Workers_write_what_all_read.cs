namespace ProcessPool.Tests.SharedMemory;

[NonParallelizable]
internal sealed class Workers_write_what_all_read : PoolTests
{
    private static SharedArray<int>? _kept;

    private enum Phase
    {
        First,
        Second,
    }

    [SetUp]
    public void StartWithNothing() => Assert.That(Mappings.Collect(), Is.Zero);

    [Test]
    public async Task A_matrix_filled_row_by_row_is_what_the_plain_loop_makes_of_it()
    {
        const int rows = 4000, columns = 4000;
        using var matrix = SharedArray.Create<float>(rows, columns);
        await Pool.MapAsync(row => Fill(matrix.Row(row), row), Enumerable.Range(0, rows));
        var expected = new float[columns];
        for (var row = 0; row < rows; row++)
        {
            Fill(expected, row);
            Assert.That(matrix.Row(row).SequenceEqual(expected), $"row {row}");
        }
    }

    [Test]
    public void Passed_in_and_returned_it_is_the_same_memory()
    {
        using var array = SharedArray.Create<int>(10);
        var back = Pool.Apply(AddOne, array);
        Assert.That(array.ToArray(), Is.All.EqualTo(1));
        back[3] = 7;
        Assert.That(array[3], Is.EqualTo(7));
        Assert.That(Mappings.Own(), Is.EqualTo(1));
        back.Dispose();
        Assert.That(array[3], Is.EqualTo(7));
    }

    [Test]
    public void It_may_lie_within_other_values()
    {
        using var array = SharedArray.Create<int>(10);
        using var other = SharedArray.Create<int>(2, 2);
        var work = new Work("w", [array.Slice(0, 5), array.Slice(5, 5)], new() { ["m"] = other }, null);
        var names = Pool.Map(Do, [work, work with { Name = "v" }]);
        Assert.That(names, Is.EqualTo(new[] { "w", "v" }));
        Assert.That((array[4], array[5], other[1, 1]), Is.EqualTo((1, 2, 3)));
    }

    [Test]
    public void However_often_it_is_captured_it_is_mapped_once()
    {
        using var array = SharedArray.Create<int>(10);
        var (same, slice) = (array, array.Slice(2, 3));
        var mapped = Pool.Map(item => array.Length + same.Length + slice.Length + (1000 * Mappings.Own()), Enumerable.Range(0, 100));
        Assert.That(mapped, Is.All.EqualTo(1023));
    }

    [Test]
    public void A_method_of_the_array_itself_can_be_called()
    {
        using var array = SharedArray.Create<int>(10);
        Pool.Map(array.Fill, [7]);
        Assert.That(array.ToArray(), Is.All.EqualTo(7));
    }

    [Test]
    public void Three_dimensions_and_parts_of_them()
    {
        using var stack = SharedArray.Create<double>(4, 5, 6);
        Pool.Map(plane => plane.Fill(plane[0, 0] + 1), Enumerable.Range(0, 4).Select(i => stack.Plane(i)).ToArray());
        Pool.Map(i => { stack.Row(i, 2).Fill(i); stack[i, 3, 5] = -i; }, Enumerable.Range(0, 4));
        var expected = new double[4, 5, 6];
        for (var i = 0; i < 4; i++)
        {
            for (var j = 0; j < 5; j++)
            {
                for (var k = 0; k < 6; k++) expected[i, j, k] = j == 2 ? i : (j, k) == (3, 5) ? -i : 1;
            }
        }

        Assert.That(stack.ToArray(), Is.EqualTo(expected.Cast<double>()));
    }

    [Test]
    public void Elements_beyond_two_gibibytes_are_reached()
    {
        const long length = 3L << 30;
        using var array = SharedArray.Create<byte>(length);
        Pool.Map(i => array[(i * (1L << 30)) + i] = (byte)i, [0L, 1, 2]);
        Pool.Map(part => part[part.Length - 1] = 9, [array.Slice(1L << 30, (2L << 30) - 5)]);
        Assert.That((array[(1L << 30) + 1], array[(2L << 30) + 2], array[length - 6]), Is.EqualTo((1, 2, 9)));
    }

    [Test]
    public void A_task_may_make_one_and_return_it()
    {
        var arrays = Pool.Map(Make, [1, 2, 3, 4]);
        Assert.That(arrays.Select(array => array[array.Length - 1]), Is.EqualTo(new[] { 1, 2, 3, 4 }));
        Pool.Map(array => array.Fill((int)array.Length), arrays);
        Assert.That(arrays.Select(array => array[5]), Is.EqualTo(new[] { 1000, 2000, 3000, 4000 }));
        foreach (var array in arrays) array.Dispose();
        Assert.That(Mappings.Become(0, [.. Pool.WorkerPids, Environment.ProcessId]));
    }

    [Test]
    public async Task Also_after_its_worker_has_dropped_it_and_collected_its_garbage()
    {
        List<SharedArray<int>> arrays = [];
        await foreach (var array in Pool.Imap(MakeAndCollect, Enumerable.Range(1, 200))) arrays.Add(array);
        Assert.That(arrays.Select(array => array[0]), Is.EqualTo(Enumerable.Range(1, 200)));
        foreach (var array in arrays) array.Dispose();
    }

    [Test]
    public void A_slice_of_what_a_task_made_is_all_that_there_is_to_dispose_of()
    {
        var slice = Pool.Apply(() => Make(5).Slice(10, 20));
        Assert.That(slice[19], Is.EqualTo(5));
        slice.Dispose();
        Assert.That(Mappings.Become(0, [.. Pool.WorkerPids, Environment.ProcessId]));
    }

    [Test]
    public void It_outlives_the_worker_that_made_it()
    {
        using var pool = new Pool(1);
        using var array = pool.Apply(() => Make(3));
        Assert.Throws<WorkerDiedException>(() => pool.Apply(() => { Environment.Exit(3); }));
        Assert.That(pool.Apply(AddOne, array)[0], Is.EqualTo(4));
        Assert.That(array[0], Is.EqualTo(4));
    }

    [Test]
    public void What_a_task_keeps_is_still_there_in_the_next_call()
    {
        using var pool = new Pool(1);
        using var array = SharedArray.Create<int>(10);
        pool.Apply(() => Keep(array));
        Assert.That(pool.Apply(ReadKept), Is.Zero);
        array[0] = 5;
        Assert.That(pool.Apply(ReadKept), Is.EqualTo(5));
        array.Dispose();
        Assert.Throws<ObjectDisposedException>(() => pool.Apply(ReadKept));
    }

    [Test]
    public void Tasks_pass_it_on_to_pools_of_their_own()
    {
        using var array = SharedArray.Create<int>(10);
        Pool.Map(UseInnerPool, [array]);
        Assert.That(array.ToArray(), Is.EqualTo(Enumerable.Range(0, 10)));
    }

    [Test]
    public void A_file_is_shared_as_well()
    {
        var directory = Directory.CreateTempSubdirectory("processpool-shared-file-");
        try
        {
            var path = Path.Combine(directory.FullName, "numbers");
            using (var array = SharedArray.Create<int>(path, 100)) Pool.Map(i => array[i] = i * i, Enumerable.Range(0, 100));
            using var again = SharedArray.Open<int>(path);
            Assert.That(Pool.Map(i => again[i], Enumerable.Range(0, 100)), Is.EqualTo(Enumerable.Range(0, 100).Select(i => i * i)));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Test]
    public void No_change_of_a_counter_is_lost()
    {
        using var count = SharedValue.Create(0L);
        using var counts = SharedArray.Create<int>(2, 2);
        Pool.Map(
            i =>
            {
                for (var n = 0; n < 1000; n++) count.Add(i);
                counts.Atomic(i % 2, 1).Increment();
                Interlocked.Decrement(ref counts[1, 0]);
            },
            Enumerable.Range(0, 2000));
        Assert.That(count.Value, Is.EqualTo(1000L * 2000 * 1999 / 2));
        Assert.That(counts.ToArray(), Is.EqualTo(new[] { 0, 1000, -2000, 1000 }));
    }

    [Test]
    public async Task A_flag_is_seen_by_running_items()
    {
        using var phase = SharedValue.Create(Phase.First);
        using var ready = SharedValue.Create(0);
        var call = Pool.MapAsync(
            _ =>
            {
                ready.Increment();
                while (phase.Value == Phase.First) Thread.SpinWait(10);
            },
            [1, 2]);
        while (ready.Value < 2) await Task.Delay(1);
        Assert.That(call.IsCompleted, Is.False);
        phase.Value = Phase.Second;
        await call;
    }

    [Test]
    public void Nothing_is_an_array_too()
    {
        SharedArray<int>? nothing = null;
        Assert.That(Pool.Apply(array => array is null, nothing));
        Assert.That(Pool.Apply(() => nothing?.Length), Is.Null);
    }

    private static void Fill(Span<float> row, int number)
    {
        for (var column = 0; column < row.Length; column++) row[column] = MathF.Sqrt((number * 31f) + column);
    }

    private static SharedArray<int> AddOne(SharedArray<int> array)
    {
        foreach (ref var element in array.Span) element++;
        return array;
    }

    private static string Do(Work work)
    {
        for (var i = 0; i < work.Parts.Length; i++) work.Parts[i].Fill(i + 1);
        work.Named["m"].Fill(3);
        return work.Nothing is null ? work.Name : "";
    }

    private static SharedArray<int> Make(int number)
    {
        var array = SharedArray.Create<int>(1000 * number);
        array.Fill(number);
        return array;
    }

    private static SharedArray<int> MakeAndCollect(int number)
    {
        if (number % 10 == 0)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        return Make(number);
    }

    private static void Keep(SharedArray<int> array) => _kept = array;

    private static int ReadKept() => _kept![0];

    private static void UseInnerPool(SharedArray<int> array)
    {
        using var pool = new Pool(1);
        pool.Map(i => array[i] = i, Enumerable.Range(0, 10));
    }

    private sealed record Work(string Name, SharedArray<int>[] Parts, Dictionary<string, SharedArray<int>> Named, SharedArray<int>? Nothing);
}
