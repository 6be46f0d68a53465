using System.Runtime.CompilerServices;

namespace ProcessPool.Tests.SharedMemory;

[CancelAfter(300_000)]
[NonParallelizable]
internal sealed class Shared_memory_is_released
{
    private const int Megabyte = 1_000_000;

    [SetUp]
    public void StartWithNothing() => Assert.That(Mappings.Collect(), Is.Zero);

    [Test]
    public async Task A_thousand_arrays_leave_memory_and_descriptors_flat()
    {
        await using var pool = new Pool(2);
        await pool.WaitUntilReadyAsync();
        int[] processes = [.. pool.WorkerPids, Environment.ProcessId];
        var most = 0;
        for (var round = 0; round < 1000; round++)
        {
            using var array = SharedArray.Create<byte>(100 * Megabyte);
            var sums = await pool.MapAsync(half => Touch(array, half), [0, 1]);
            Assert.That(sums, Is.All.EqualTo(2 * Megabyte));
            Assert.That(array[99 * Megabyte], Is.EqualTo(1));
            most = Math.Max(most, processes.Max(Mappings.Of));
        }

        // What was disposed of goes at the next moment when a worker runs no item.
        Assert.That(most, Is.LessThanOrEqualTo(3));
        Assert.That(Mappings.Become(0, processes));
    }

    [Test]
    public void A_worker_that_runs_an_item_keeps_it_until_the_item_ends()
    {
        using var pool = new Pool(1);
        var array = SharedArray.Create<int>(1000);
        using var phase = SharedValue.Create(0);
        var call = pool.ApplyAsync(numbers => SumWhenToldTo(numbers, phase), array);
        while (phase.Value == 0) Thread.Sleep(1);
        array[999] = 7;
        var worker = pool.WorkerPids.Single();
        var before = BytesRead(worker);
        array.Dispose();

        // The item runs on until its worker has read the message: 8 bytes at least, with an id of 64 bits.
        Assert.That(() => BytesRead(worker), Is.GreaterThan(before + 8).After(30_000, 1));
        phase.Value = 2;
        Assert.That(call.GetAwaiter().GetResult(), Is.EqualTo(7));
        Assert.That(Mappings.Become(1, pool.WorkerPids), "the flag is left");
    }

    [Test]
    public async Task Items_of_a_call_under_way_either_see_it_or_say_that_it_is_gone()
    {
        await using var pool = new Pool(2);
        for (var round = 0; round < 50; round++)
        {
            var array = SharedArray.Create<int>(100);
            array.Fill(round);
            var call = pool.MapAsync(i => array[i], Enumerable.Range(0, 100));
            await Task.Delay(round % 4);
            array.Dispose();
            try
            {
                Assert.That(await call, Is.All.EqualTo(round));
            }
            catch (ObjectDisposedException)
            {
                // Told by name.
            }
        }

        Assert.That(Mappings.Become(0, [.. pool.WorkerPids, Environment.ProcessId]));
    }

    [Test]
    public void What_was_disposed_of_is_refused_before_anything_is_sent()
    {
        using var pool = new Pool(1);
        var array = SharedArray.Create<int>(100);
        array.Dispose();
        Assert.Throws<ObjectDisposedException>(() => pool.Apply(() => array[0]));
        Assert.Throws<ObjectDisposedException>(() => pool.Apply(a => a[0], array));
        Assert.That(pool.Apply(() => 5), Is.EqualTo(5));
    }

    [Test]
    public void A_task_that_disposes_of_what_it_made_cannot_return_it()
    {
        using var pool = new Pool(1);
        Assert.Throws<ObjectDisposedException>(() => pool.Apply(MakeAndDispose));
        Assert.That(Mappings.Become(0, pool.WorkerPids));
    }

    [Test]
    public void A_task_that_disposes_of_what_it_was_sent_ends_it_for_its_worker_until_it_is_sent_again()
    {
        using var pool = new Pool(1);
        using var array = SharedArray.Create<int>(100);
        pool.Map(Use, [array, array, array]);
        Assert.That(array[0], Is.EqualTo(3));
    }

    [Test]
    public void A_worker_that_was_replaced_opens_it_again()
    {
        using var pool = new Pool(1);
        using var array = SharedArray.Create<int>(100);
        pool.Apply(() => { array[1] = 1; });
        for (var i = 0; i < 3; i++)
        {
            Assert.Throws<WorkerDiedException>(() => pool.Apply(() => { array[0]++; Environment.Exit(1); }));
            Assert.That(pool.Apply(() => array[0] + array[1]), Is.EqualTo(i + 2));
        }

        Assert.That(Mappings.DescriptorsOf(Environment.ProcessId), Is.EqualTo(1));
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
    public void But_not_while_a_call_uses_it()
    {
        using var pool = new Pool(1);
        using var gate = SharedValue.Create(0);
        var call = CallAndDrop(pool, gate);
        for (var i = 0; i < 10; i++) Collect();
        gate.Value = 1;
        Assert.That(call.GetAwaiter().GetResult(), Is.EqualTo(Enumerable.Repeat(5, 100)));
    }

    [Test]
    public void Results_that_nobody_wanted_do_not_stay_in_the_workers()
    {
        using var pool = new Pool(1);
        Assert.Throws<InvalidOperationException>(() => pool.Map(MakeOrFail, Enumerable.Range(0, 20)));
        Assert.That(Mappings.Collect(), Is.Zero);
        Assert.That(pool.Apply(Mappings.Collect), Is.Zero);
    }

    [Test]
    public async Task A_pool_that_has_ended_is_not_kept_to_be_told()
    {
        var pool = await UseAndEnd();
        for (var i = 0; i < 100 && pool.IsAlive; i++)
        {
            Collect();
            await Task.Delay(1);
        }

        Assert.That(pool.IsAlive, Is.False);
    }

    private static int Touch(SharedArray<byte> array, int half)
    {
        var part = array.AsSpan((98 + half) * Megabyte, Megabyte);
        part.Fill(1);
        var sum = 0;
        foreach (var value in part) sum += value;
        return sum * 2;
    }

    private static long BytesRead(int process)
    {
        const string name = "rchar:";
        return long.Parse(File.ReadLines($"/proc/{process}/io").First(static line => line.StartsWith(name, StringComparison.Ordinal))[name.Length..]);
    }

    private static int SumWhenToldTo(SharedArray<int> numbers, SharedValue<int> phase)
    {
        var span = numbers.Span;
        phase.Value = 1;
        while (phase.Value == 1) Volatile.Read(ref span[0]);
        var sum = 0;
        foreach (var number in span) sum += number;
        return sum + numbers[0];
    }

    private static SharedArray<int> MakeAndDispose()
    {
        using var array = SharedArray.Create<int>(100);
        return array;
    }

    private static void Use(SharedArray<int> array)
    {
        using (array) array[0]++;
    }

    private static SharedArray<int> MakeOrFail(int item) =>
        item < 15 ? SharedArray.Create<int>(1000) : throw new InvalidOperationException("enough");

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void UseAndDrop(Pool pool)
    {
        var array = SharedArray.Create<int>(1000);
        pool.Map(i => array[i] = i, [1, 2, 3]);
        Assert.That(array[3], Is.EqualTo(3));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Task<int[]> CallAndDrop(Pool pool, SharedValue<int> gate)
    {
        var array = SharedArray.Create<int>(100);
        array.Fill(5);
        var first = pool.ApplyAsync(value => { while (value.Value == 0) Thread.SpinWait(10); return 0; }, gate);
        var call = pool.MapAsync(i => array[i], Enumerable.Range(0, 100));

        // Nothing that lives on may share its closure with the array.
        return first.ContinueWith(static (_, call) => (Task<int[]>)call!, call, TaskScheduler.Default).Unwrap();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<WeakReference> UseAndEnd()
    {
        await using var pool = new Pool(1);
        using var array = SharedArray.Create<int>(10);
        await pool.MapAsync(i => array[i] = 1, [1]);
        return new WeakReference(pool);
    }

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }
}
