using System.Globalization;

namespace ProcessPool.Protocol.Tests.Fuzz;

/// <summary>
/// Runs a check over very many generated frames. Two environment variables change it: PROCESSPOOL_FUZZ_FRAMES, how many
/// frames all checks take together, and PROCESSPOOL_FUZZ_SEED, where they start (every failure names it).
/// </summary>
internal static class Fuzzing
{
    private const long DefaultFrames = 250_000;

    /// <summary>Nothing that is generated here takes longer than a fraction of a second, on any machine.</summary>
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(60);

    /// <summary>As the product's threads that read have it.</summary>
    private const int StackSize = 1024 * 1024;

    /// <summary>What reading may allocate for each byte there is, and once: collections start with room for some elements.</summary>
    private const int AllocatedPerByte = 256;
    private const long AllocatedOnce = 4 * 1024 * 1024;
    private const long FirstPart = 16 * 1024 * 1024;

    private static readonly int FirstSeed = (int)(Number("PROCESSPOOL_FUZZ_SEED") ?? Environment.TickCount & 0x3FFF_FFFF);

    /// <summary>Calls the check with a random of its own each time, until the share of the frames is used up.</summary>
    /// <param name="share">The part of all frames, in percent.</param>
    /// <param name="check">Returns how many frames it took.</param>
    public static void Run(int share, Func<Random, int> check)
    {
        var frames = (Number("PROCESSPOOL_FUZZ_FRAMES") ?? DefaultFrames) * share / 100;
        var seed = FirstSeed;
        Exception? failure = null;
        using var done = new ManualResetEventSlim();
        var thread = new Thread(() =>
        {
            try
            {
                for (var left = frames; left > 0; left -= check(new Random(Volatile.Read(ref seed)))) Interlocked.Increment(ref seed);
            }
            catch (Exception e)
            {
                failure = e;
            }

            done.Set();
        }, StackSize)
        { IsBackground = true, Name = "fuzzing" };
        thread.Start();

        var seen = Volatile.Read(ref seed);
        while (!done.Wait(Hang))
        {
            var now = Volatile.Read(ref seed);
            if (now == seen && !done.IsSet) Assert.Fail($"It hangs. {Again(now)}");
            seen = now;
        }

        if (failure is not null) Assert.Fail($"{failure}\n{Again(seed)}");
    }

    /// <summary>Reads something; only the exceptions of broken bytes may come, and no more be allocated than the bytes can pay for.</summary>
    /// <returns>Whether it could be read.</returns>
    /// <param name="bytes">What is read.</param>
    /// <param name="read">Reads it.</param>
    /// <param name="isAllowed">Whether an exception is one of those that broken bytes should cause.</param>
    /// <param name="promised">What the frame says it holds beyond these bytes: a large block takes its first part for that.</param>
    public static bool Try(byte[] bytes, Action read, Func<Exception, bool> isAllowed, long promised = 0)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var isValue = true;
        try
        {
            read();
        }
        catch (Exception e) when (isAllowed(e))
        {
            isValue = false;
        }
        catch (Exception e)
        {
            throw new AssertionException($"{e}\nBytes: {Convert.ToHexString(bytes)}");
        }

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        if (allocated > AllocatedOnce + Math.Min(promised, FirstPart) + (AllocatedPerByte * (long)bytes.Length))
            throw new AssertionException($"{bytes.Length} bytes made it allocate {allocated}.\nBytes: {Convert.ToHexString(bytes)}");
        return isValue;
    }

    private static string Again(int seed) => string.Create(
        CultureInfo.InvariantCulture, $"Again with PROCESSPOOL_FUZZ_SEED={seed - 1} PROCESSPOOL_FUZZ_FRAMES=10000.");

    private static long? Number(string variable) =>
        long.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
