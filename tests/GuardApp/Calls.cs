using ProcessPool;

namespace GuardApp;

/// <summary>The calls that are counted. Each item is <c>x => x + 1</c> on an <c>int</c>.</summary>
internal static class Calls
{
    public const int Items = 100_000;
    public const int SingleCalls = 1_000;

    /// <summary>Each takes one byte in a frame, and so does its result.</summary>
    private static readonly int[] Inputs = Enumerable.Range(0, Items).Select(static i => i % 100).ToArray();

    /// <summary>Each takes five bytes, and so does its result.</summary>
    private static readonly int[] LargeInputs = Enumerable.Range(1 << 30, Items).ToArray();

    public static Task MapAsync(Pool pool) => pool.MapAsync(static x => x + 1, Inputs);

    public static Task MapOfLargeIntsAsync(Pool pool) => pool.MapAsync(static x => x + 1, LargeInputs);

    public static async Task ImapAsync(Pool pool)
    {
        await foreach (var _ in pool.Imap(static x => x + 1, Inputs))
        {
        }
    }

    public static Task ApplyAsync(Pool pool)
    {
        for (var i = 0; i < SingleCalls; i++) pool.Apply(static x => x + 1, 7);
        return Task.CompletedTask;
    }

    public static Task ApplyWithCaptureAsync(Pool pool)
    {
        var captured = 7;
        for (var i = 0; i < SingleCalls; i++) pool.Apply(() => captured + 1);
        return Task.CompletedTask;
    }
}
