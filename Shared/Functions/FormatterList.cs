using MessagePack;
using ProcessPool.Frames;
using ProcessPool.Values;

namespace ProcessPool.Functions;

/// <summary>The formatters that users registered with a pool, in the form its workers receive them: an array of types.</summary>
internal static class FormatterList
{
    /// <exception cref="FunctionException">A formatter belongs to code that no other process can load.</exception>
    public static void Write(ref MessagePackWriter writer, IReadOnlyList<Type> formatters)
    {
        var identities = new IdentityWriter();
        writer.WriteArrayHeader(formatters.Count);
        foreach (var type in formatters) identities.Write(ref writer, type);
    }

    /// <summary>Writes the list to a discarded buffer, so that an error shows at once.</summary>
    /// <inheritdoc cref="Write"/>
    public static void Check(IReadOnlyList<Type> formatters)
    {
        if (formatters.Count == 0) return;
        var writer = new MessagePackWriter(new FrameBuffer());
        Write(ref writer, formatters);
    }

    /// <summary>Reads the list in the worker.</summary>
    /// <exception cref="FunctionException">This process does not have the code that the list refers to.</exception>
    /// <exception cref="BrokenValueException">The bytes do not encode such a list.</exception>
    public static ValueResolver Read(ref MessagePackReader reader)
    {
        var identities = new IdentityReader(mayNameFiles: true);
        var types = new List<Type>();
        for (var count = reader.ReadArrayHeader(); count > 0; count--) types.Add(identities.ReadType(ref reader));
        return FunctionFormatters.With(types);
    }
}
