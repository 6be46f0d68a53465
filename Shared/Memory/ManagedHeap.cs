using System.Globalization;

namespace ProcessPool.Memory;

/// <summary>The limit of a worker's managed heap, which the runtime reads from the environment when it starts.</summary>
internal static class ManagedHeap
{
    /// <summary>In bytes, hexadecimal.</summary>
    public const string LimitVariable = "DOTNET_GCHeapHardLimit";

    /// <summary>What the runtime takes beside its heap is 2 to 5 MiB in a worker that has met its limit, whatever that is; code that is compiled comes on top.</summary>
    private const long LeastBeside = 8 << 20;

    /// <summary>Of the memory that a worker may have, so much for managed objects: it must meet this limit before the other one.</summary>
    public static long LimitFor(long memory) => memory - Math.Max(LeastBeside, memory / 8);

    public static string Format(long limit) => $"0x{limit:X}";

    /// <summary>What the variable says; null if it is no number.</summary>
    public static long? TryParse(string? text)
    {
        if (text?.StartsWith("0x", StringComparison.OrdinalIgnoreCase) == true) text = text[2..];
        return long.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var limit) && limit > 0 ? limit : null;
    }
}
