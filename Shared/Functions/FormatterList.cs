using ProcessPool.MessagePack;

namespace ProcessPool.Functions;

/// <summary>The formatters that users registered with a pool, as its workers hear of them: an array of types.</summary>
internal static class FormatterList
{
    /// <exception cref="FunctionException">One belongs to code that no other process can load.</exception>
    public static void Write(MessagePackWriter writer, IReadOnlyList<Type> formatters)
    {
        var identities = new IdentityWriter(writer);
        writer.WriteArrayHeader(formatters.Count);
        foreach (var type in formatters) identities.Write(type);
    }

    /// <summary>What the worker makes of it.</summary>
    /// <exception cref="FunctionException">This process has not the code that is meant.</exception>
    /// <exception cref="MessagePackException">The bytes are no such list.</exception>
    public static FormatterResolver Read(MessagePackReader reader)
    {
        var identities = new IdentityReader(reader);
        var types = new List<Type>();
        for (var count = reader.ReadArrayHeader(); count > 0; count--) types.Add(identities.ReadType());
        return FunctionFormatters.With(types);
    }
}
