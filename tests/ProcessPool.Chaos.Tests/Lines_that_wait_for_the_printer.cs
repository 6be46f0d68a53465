using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using ProcessPool.Chaos.Tests.Support;

namespace ProcessPool.Chaos.Tests;

/// <summary>Lines come faster than they are printed: their items wait for the printer, and nothing else does.</summary>
[TimeLimit(120)]
[Parallelizable(ParallelScope.All)]
internal sealed partial class Lines_that_wait_for_the_printer
{
    /// <summary>A line of this many characters weighs 1 KiB: its frame has eight bytes more.</summary>
    private const int Kilobyte = 1024 - 8;

    /// <summary>So many of them fill a worker's window.</summary>
    private const int Window = 1024;

    [TestCase(2, 50_000, 1, 20)]
    [TestCase(2, 5_000, 10, 20)]
    [TestCase(8, 8, 100_000, 1000)]
    public async Task Are_all_given_to_a_callback(int workers, int items, int lines, int length)
    {
        var (count, characters) = (0L, 0L);
        await using (var pool = new Pool(new PoolOptions { Workers = workers, Output = Take })) await PrintFrom(pool, items, lines, length);
        Assert.That((count, characters), Is.EqualTo(((long)items * lines, (long)items * lines * length)));

        void Take(WorkerOutput line)
        {
            count++;
            characters += line.Line.Length;
        }
    }

    [TestCase(2, 50_000, 1, 20, "cat")]
    [TestCase(2, 5_000, 10, 20, "cat")]
    [TestCase(8, 8, 100_000, 1000, "cat")]
    [TestCase(2, 50_000, 1, 20, "for i in 1 2 3 4 5 6 7 8 9 10; do head -c 65536; sleep 0.3; done; cat")]
    [TestCase(2, 5_000, 10, 20, "for i in 1 2 3 4 5 6 7 8 9 10; do head -c 65536; sleep 0.3; done; cat")]
    [TestCase(8, 8, 10_000, 1000, "for i in 1 2 3 4 5 6 7 8 9 10; do head -c 655360; sleep 0.3; done; cat")]
    public void Are_all_printed_to_a_file_or_to_a_pipe_that_is_read_slowly(int workers, int items, int lines, int length, string reader)
    {
        using var directory = new TemporaryDirectory();
        var target = reader == "cat" ? $"exec \"$@\" > {directory.File("lines")}" : $"\"$@\" | ( {reader} ) > {directory.File("lines")}";
        using var coordinator = new CoordinatorProcess("flood", directory, [$"{workers}", $"{items}", $"{lines}", $"{length}"], within: ["sh", "-c", target, "sh"]);
        Assert.That(coordinator.WaitForExit(TimeSpan.FromSeconds(100)), Is.Zero);
        Assert.That(coordinator.Error, Is.Empty);
        var printed = File.ReadLines(directory.File("lines")).Where(line => line.Length == length).LongCount();
        Assert.That(printed, Is.EqualTo((long)items * lines));
        Assert.That(new FileInfo(directory.File("lines")).Length, Is.EqualTo((long)items * lines * (length + 1)), "and nothing else");
    }

    [Test]
    public async Task Are_bounded_for_each_worker([Values] bool withPage)
    {
        using var gate = new ManualResetEventSlim();
        using var counter = SharedArray.Create<int>(2);
        var counts = counter;
        await using var pool = new Pool(new PoolOptions { Workers = 2, Output = _ => gate.Wait(), UseStatusPage = withPage });
        await pool.WaitUntilReadyAsync();
        var calls = pool.MapAsync(
            item =>
            {
                for (var i = 0; i < 2 * Window; i++)
                {
                    Console.WriteLine(new string('x', Kilobyte));
                    counts[item]++;
                }
            },
            Enumerable.Range(0, 2));
        Assert.That(Eventually.True(() => counter[0] >= Window && counter[1] >= Window), Is.True);
        await Task.Delay(500);
        Assert.That((counter[0], counter[1]), Is.EqualTo((Window, Window)));
        gate.Set();
        await calls;
    }

    [Test]
    public async Task Hold_up_no_item_but_their_own([Values] bool withPage)
    {
        await using var pool = new Pool(new PoolOptions { Workers = 2, Output = static _ => Thread.Sleep(1), UseStatusPage = withPage });
        await pool.WaitUntilReadyAsync();
        var others = 0;
        await foreach (var item in pool.ImapUnordered(PrintIfFirst, Enumerable.Range(0, 1000)))
        {
            if (item != 0) others++;
            else Assert.That(others, Is.EqualTo(999), "no other item waited");
        }

        static int PrintIfFirst(int item)
        {
            for (var i = 0; item == 0 && i < 4 * Window; i++) Console.WriteLine(new string('x', Kilobyte));
            return item;
        }
    }

    [Test]
    public async Task Do_not_hold_up_the_result_of_an_item_that_prints_on_another_thread()
    {
        using var gate = new ManualResetEventSlim();
        var pool = new Pool(new PoolOptions { Workers = 1, Output = _ => gate.Wait() });
        using var counter = SharedValue.Create<int>();
        var count = counter;
        pool.Apply(() => new Thread(() => PrintAndCount(count)).Start());
        Assert.That(Eventually.True(() => counter.Value == Window), Is.True);
        var clock = Stopwatch.StartNew();
        Assert.That(await pool.MapAsync(static x => x, Enumerable.Range(0, 1000)), Has.Length.EqualTo(1000));
        Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(3)));
        Assert.That(counter.Value, Is.EqualTo(Window), "it still waits");
        gate.Set();
        await pool.DisposeAsync();
    }

    [Test]
    public async Task Do_not_hold_up_a_cancelled_call_even_if_its_token_prints_too([Values] bool withPage)
    {
        await using var pool = new Pool(new PoolOptions { Workers = 1, Output = static _ => Thread.Sleep(2), KillDelay = TimeSpan.FromSeconds(80), UseStatusPage = withPage });
        var pid = pool.Apply(static () => Environment.ProcessId);
        using var cancellation = new CancellationTokenSource();
        using var counter = SharedValue.Create<int>();
        var count = counter;
        var call = pool.ApplyAsync(
            () =>
            {
                using var registration = WorkerContext.CancellationToken.Register(static () => Console.WriteLine("cancelled"));
                for (; !WorkerContext.CancellationToken.IsCancellationRequested; count.Increment()) Console.WriteLine(new string('x', Kilobyte));
            },
            cancellationToken: cancellation.Token);
        Assert.That(Eventually.True(() => counter.Value >= Window), Is.True);
        await cancellation.CancelAsync();
        Assert.That(async () => await call, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(pool.Apply(static () => Environment.ProcessId), Is.EqualTo(pid));
        pool.Terminate();
    }

    [Test]
    public async Task Do_not_hold_up_a_kill_nor_the_end_of_a_terminated_pool([Values] bool throughConsole)
    {
        using var gate = new ManualResetEventSlim();
        var pool = new Pool(new PoolOptions { Workers = 2, Output = _ => gate.Wait(), KillDelay = TimeSpan.Zero });
        await pool.WaitUntilReadyAsync();
        using var cancellation = new CancellationTokenSource();
        var call = pool.ApplyAsync(Flood, throughConsole, cancellationToken: cancellation.Token);
        var other = pool.ApplyAsync(Flood, throughConsole);
        await Task.Delay(1000);
        var clock = Stopwatch.StartNew();
        await cancellation.CancelAsync();
        Assert.That(async () => await call, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(2)), "the kill");
        clock.Restart();
        pool.Terminate();
        await pool.JoinAsync();
        Assert.That(async () => await other, Throws.TypeOf<PoolTerminatedException>());
        Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(3)), "the end");
        gate.Set();
    }

    [Test]
    public async Task Do_not_count_against_the_time_limit_of_their_item([Values] bool throughConsole, [Values] bool withPage)
    {
        // Four windows at 1 ms a line, each item alone.
        await using var pool = new Pool(new PoolOptions { Workers = 1, Output = static _ => Thread.Sleep(1), UseStatusPage = withPage });
        var clock = Stopwatch.StartNew();
        Assert.That(
            await pool.ApplyAsync(Print, (4 * Window, throughConsole), new CallOptions { ItemTimeout = TimeSpan.FromSeconds(2) }),
            Is.EqualTo(4 * Window));
        Assert.That(clock.Elapsed, Is.GreaterThan(TimeSpan.FromSeconds(2.5)), "it was really held back");
    }

    [Test]
    public async Task Do_not_keep_an_item_that_is_late_for_other_reasons([Values] bool withPage)
    {
        await using var pool = new Pool(new PoolOptions { Workers = 1, Output = static _ => Thread.Sleep(1), UseStatusPage = withPage, KillDelay = TimeSpan.Zero });
        var call = pool.ApplyAsync(
            static () =>
            {
                for (var i = 0; i < 2 * Window; i++) Console.WriteLine(new string('x', Kilobyte));
                Thread.Sleep(Timeout.Infinite);
            },
            new CallOptions { ItemTimeout = TimeSpan.FromSeconds(2) });
        Assert.That(async () => await call.WaitAsync(Eventually.Bound), Throws.TypeOf<ItemTimeoutException>());
    }

    [Test]
    public async Task Are_waited_for_when_a_pool_is_disposed_of([Values] bool throughConsole)
    {
        var printed = 0;
        await using (var pool = new Pool(new PoolOptions { Workers = 1, Output = _ => { Thread.Sleep(5); printed++; } }))
            await pool.ApplyAsync(Print, (900, throughConsole));
        Assert.That(printed, Is.EqualTo(900), "that took more than four seconds");
    }

    [Test]
    [NonParallelizable]
    public async Task Are_lost_beyond_the_bound_and_counted_if_the_printer_hangs([Values] bool throughConsole)
    {
        const int lines = 20 * Window;
        using var gate = new ManualResetEventSlim();
        var printed = 0;
        var said = await ErrorsOf(async () =>
        {
            await using var pool = new Pool(new PoolOptions { Workers = 1, Output = _ => { Interlocked.Increment(ref printed); gate.Wait(); } });
            Assert.That(await pool.ApplyAsync(Print, (lines, throughConsole)), Is.EqualTo(lines));
        });

        Assert.That(said, Does.Contain($"ProcessPool: {lines - 1} lines of output were lost: "));
        Assert.That(printed, Is.EqualTo(1));
        gate.Set();
    }

    [Test]
    [NonParallelizable]
    public async Task Are_lost_only_while_the_printer_hangs()
    {
        const int lines = 20 * Window;
        using var gate = new ManualResetEventSlim();
        var printed = 0;
        var said = await ErrorsOf(async () =>
        {
            await using var pool = new Pool(new PoolOptions { Workers = 1, Output = _ => { printed++; gate.Wait(); } });
            await pool.ApplyAsync(Print, (lines, true));
            gate.Set();
            await pool.ApplyAsync(Print, (lines, true));
        });

        Assert.That(printed, Is.InRange(lines + Window, lines + (2 * Window)), "what was kept, and all that came later");
        Assert.That(said, Does.Contain($"ProcessPool: {(2 * lines) - printed} lines of output were lost: "));
    }

    /// <summary>What this process writes to its standard error meanwhile.</summary>
    private static async Task<string> ErrorsOf(Func<Task> action)
    {
        var error = Console.Error;
        using var said = new StringWriter();
        Console.SetError(said);
        try
        {
            await action();
        }
        finally
        {
            Console.SetError(error);
        }

        return said.ToString();
    }

    [Test]
    public void Are_counted_if_standard_output_hangs()
    {
        using var directory = new TemporaryDirectory();
        using var coordinator = new CoordinatorProcess(
            "flood", directory, ["1", "1", "10000", "1000"], within: ["sh", "-c", $"mkfifo {directory.File("pipe")}; exec 3<> {directory.File("pipe")}; exec \"$@\" >&3", "sh"]);
        Assert.That(coordinator.WaitForExit(Eventually.Bound), Is.Zero);
        Assert.That(coordinator.Error, Does.Match("^ProcessPool: [0-9]+ lines of output were lost: nothing could be printed"));
    }

    [Test]
    public async Task Do_not_stop_a_callback_that_uses_the_pool()
    {
        Pool? pool = null;
        var sum = 0;
        await using (pool = new Pool(new PoolOptions { Workers = 1, Output = line => sum += pool!.Apply(static x => x, 1) }))
        {
            // The only worker waits for the printer when the callback waits for the worker.
            Assert.That(await pool.ApplyAsync(Print, (4 * Window, true)).WaitAsync(Eventually.Bound), Is.EqualTo(4 * Window));
            Assert.That(Eventually.True(() => Volatile.Read(ref sum) >= Window), Is.True, "what was kept");
        }
    }

    [Test]
    public async Task Let_a_callback_dispose_of_its_own_pool([Values] bool isAsync)
    {
        Pool? pool = null;
        using var disposed = new ManualResetEventSlim();
        pool = new Pool(new PoolOptions { Workers = 2, Output = Take });
        var call = pool.ApplyAsync(Print, (4 * Window, true));
        Assert.That(disposed.Wait(Eventually.Bound), Is.True);
        Assert.That(await call, Is.EqualTo(4 * Window));
        await pool.JoinAsync().WaitAsync(Eventually.Bound);

        void Take(WorkerOutput line)
        {
            if (disposed.IsSet) return;
            if (isAsync) pool!.DisposeAsync().AsTask().Wait();
            else pool!.Dispose();
            disposed.Set();
        }
    }

    [Test]
    public async Task Are_whole_up_to_sixteen_mebibytes_and_marked_in_parts_beyond([Values] bool throughConsole)
    {
        const int longest = 16 * 1024 * 1024;
        ConcurrentQueue<(int Length, bool IsPartial)> lines = [];
        await using (var pool = new Pool(new PoolOptions { Workers = 1, Output = line => lines.Enqueue((line.Line.Length, line.IsPartial)) }))
        {
            await pool.ApplyAsync(
                static throughConsole =>
                {
                    using var native = new StreamWriter(Console.OpenStandardOutput());
                    var writer = throughConsole ? Console.Out : native;
                    writer.WriteLine(new string('x', longest));
                    writer.WriteLine(new string('x', (2 * longest) + 5));
                    return 0;
                },
                throughConsole);
        }

        Assert.That(lines, Is.EqualTo(new[] { (longest, false), (longest, true), (longest, true), (5, false) }));
    }

    private static Task PrintFrom(Pool pool, int items, int lines, int length) => pool.MapAsync(
        _ =>
        {
            var line = new string('x', length);
            for (var i = 0; i < lines; i++) Console.WriteLine(line);
        },
        Enumerable.Range(0, items));

    private static void PrintAndCount(SharedValue<int> count)
    {
        for (var i = 0; i < 2 * Window; i++, count.Increment()) Console.WriteLine(new string('x', Kilobyte));
    }

    private static int Flood(bool throughConsole) => Print((int.MaxValue, throughConsole));

    private static int Print((int Lines, bool ThroughConsole) what)
    {
        var line = new string('x', Kilobyte);
        for (var i = 0; i < what.Lines; i++)
        {
            if (what.ThroughConsole) Console.WriteLine(line);
            else _ = PutString(line);
        }

        return what.Lines;
    }

    [LibraryImport("libc", EntryPoint = "puts", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int PutString(string text);
}
