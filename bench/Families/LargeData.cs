using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ProcessPool.Bench;

/// <summary>Arrays that travel as arguments, results and captured variables.</summary>
internal static class LargeData
{
    private const int MiB = 1 << 20;
    private const int Floats = 8 * MiB / sizeof(float);
    private const int Items = 1000;
    private const string OneMiB = "1 MiB byte[]";

    public static Row[] Rows(Workbench bench)
    {
        var bytes = new Measure(async () => Echo<byte>(await bench.Pools.OfAsync(), MiB, bench.Of(200)));
        var captured = bench.Of(100_000_000);
        return
        [
            new("1 MiB byte[] echoed, each way", "MiB/s", bytes)
            {
                Python = bench.Python.Row("echo", bench.Of(100)),
                Limit = new(() => bench.Raw.OneAfterTheOther(MiB, bench.Of(200))),
                IsInReadme = true,
                Others = [("both directions at once", new(() => bench.Raw.BothAtOnce(MiB, bench.Of(200))))],
                Targets = [Target.TimesPython(4), Target.ShareOfLimit(0.7)],
            },
            new("8 MiB float[] echoed, each way; Python: numpy", "MiB/s",
                new(async () => Echo<float>(await bench.Pools.OfAsync(), Floats, bench.Of(25))))
            {
                Python = bench.Python.Row("echo-floats", bench.Of(15)), Limit = new(() => bench.Raw.OneAfterTheOther(8 * MiB, bench.Of(25))),
                Others = [(OneMiB, bytes)],
                Targets = [Target.TimesOther(OneMiB, 1)],
            },
            new($"a captured byte[] of {captured / 1_000_000} MB, used by 1,000 items; Python: partial", "ms",
                new(async () => await CapturedAsync(await bench.Pools.OfAsync(), captured)))
            {
                Python = bench.Python.Row("captured", captured), IsInReadme = true,
                Targets = [Target.TimesPython(20)],
            },
        ];
    }

    /// <summary>MiB per second in each direction.</summary>
    private static double Echo<T>(Pool pool, int length, int count)
        where T : unmanaged
    {
        var array = new T[length];
        Random.Shared.NextBytes(MemoryMarshal.AsBytes(array.AsSpan()));
        var back = array;
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < count; i++) back = pool.Apply(x => x, array);
        var seconds = clock.Elapsed.TotalSeconds;
        Workbench.Check(MemoryMarshal.AsBytes(back.AsSpan()).SequenceEqual(MemoryMarshal.AsBytes(array.AsSpan())));
        return (double)count * Unsafe.SizeOf<T>() * length / MiB / seconds;
    }

    /// <exception cref="InvalidOperationException">The array was sent more than once to a worker.</exception>
    private static async Task<double> CapturedAsync(Pool pool, int length)
    {
        // A new array each time, so that nothing can be left from the last round.
        var data = new byte[length];
        Random.Shared.NextBytes(data);
        var before = pool.Statistics.BytesSent;
        var step = length / Items;
        var clock = Stopwatch.StartNew();
        var results = await pool.MapAsync(i => data[i * step], Enumerable.Range(0, Items));
        var milliseconds = clock.Elapsed.TotalMilliseconds;
        var sent = pool.Statistics.BytesSent - before;
        for (var i = 0; i < Items; i++) Workbench.Check(results[i] == data[i * step]);
        if (sent > Pools.Workers * (length + 1_000_000L))
            throw new InvalidOperationException($"{sent:N0} bytes were sent, more than the array once to each worker.");
        return milliseconds;
    }
}
