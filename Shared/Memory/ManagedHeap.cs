using System.Globalization;

namespace ProcessPool.Memory;

/// <summary>The limit of a worker's managed heap, which the runtime reads from the environment when it starts.</summary>
internal static class ManagedHeap
{
    /// <summary>In bytes, hexadecimal.</summary>
    public const string LimitVariable = "DOTNET_GCHeapHardLimit";

    /// <summary>
    /// In a worker at its heap limit, the runtime uses 2 to 5 MiB outside the heap, regardless of the limit. Compiled code comes
    /// on top.
    /// </summary>
    private const long LeastBeside = 8 << 20;

    /// <summary>
    /// The heap limit for a worker that may use this much memory in all. The worker must reach the heap limit before the overall
    /// limit.
    /// </summary>
    public static long LimitFor(long memory) => memory - Math.Max(LeastBeside, memory / 8);

    public static string Format(long limit) => $"0x{limit:X}";

    /// <summary>The limit in the variable; null if it is not a number.</summary>
    public static long? TryParse(string? text)
    {
        if (text?.StartsWith("0x", StringComparison.OrdinalIgnoreCase) == true) text = text[2..];
        return long.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var limit) && limit > 0 ? limit : null;
    }
}
