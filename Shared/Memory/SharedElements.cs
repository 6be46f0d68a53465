using ProcessPool.Values;

namespace ProcessPool.Memory;

/// <summary>Checks which types can be elements of shared memory.</summary>
internal static class SharedElements
{
    /// <exception cref="ValueException">Values of the type have no meaning in another process.</exception>
    public static void Check(Type type)
    {
        Unsendable.Check(type);
        if (Blocks.IsBlock(type, UserFormatters.None)) return;
        throw ValueException.At(
            type,
            $"{TypeNames.Full(type)} cannot be shared with another process. Elements must be numbers or structs of numbers: "
            + "no addresses or handles (nint), no fields left out, no nullable values.");
    }
}
