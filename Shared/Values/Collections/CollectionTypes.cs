using System.Collections;
using System.Reflection;

namespace ProcessPool.Values;

/// <summary>
/// Finds the formatter of a collection of the framework, of an interface of collections, and of <see cref="object"/>.
/// </summary>
/// <remarks>Each formatter has the type arguments of its collection, and a single constructor that takes the builder.</remarks>
internal static class CollectionTypes
{
    public static ValueFormatter? Find(Type type, FormatterBuilder builder)
    {
        if (!type.IsGenericType) return Untyped(type, builder);
        var definition = type.GetGenericTypeDefinition();
        var arguments = type.GetGenericArguments();
        if (CollectionTables.Of(type.Namespace)?.GetValueOrDefault(definition) is not { } formatter)
            return type.Namespace == "System.Linq" ? Lookup(type, definition, arguments, builder) : null;
        if (formatter == typeof(InterfaceFormatter<>)) return New(formatter, [type], builder);
        return New(formatter, formatter == typeof(SequenceInterfaceFormatter<,>) ? [type, .. arguments] : arguments, builder);
    }

    /// <summary>The formatter of an array that has several dimensions, or whose first index is not 0.</summary>
    public static ValueFormatter MultiArray(Type type, FormatterBuilder builder) =>
        New(typeof(MultiArrayFormatter<,>), [type, type.GetElementType()!], builder);

    /// <summary>Creates the handler of the part that a class inherits from a collection.</summary>
    public static BasePart Part(Type part, Type collection, FormatterBuilder builder) =>
        New<BasePart>(part, collection.GetGenericArguments(), builder);

    private static ValueFormatter? Untyped(Type type, FormatterBuilder builder)
    {
        if (type == typeof(object)) return new AnyFormatter(builder);
        if (type == typeof(Lock)) return new LockFormatter();
        if (type == typeof(BitArray)) return new BitArrayFormatter();
        if (type == typeof(ArrayList)) return new ArrayListFormatter(builder);
        return type == typeof(Hashtable) ? new HashtableFormatter(builder) : null;
    }

    private static ValueFormatter? Lookup(Type type, Type definition, Type[] arguments, FormatterBuilder builder)
    {
        if (definition == typeof(IGrouping<,>)) return New(typeof(GroupingFormatter<,>), arguments, builder);
        return definition == typeof(ILookup<,>) || definition == typeof(Lookup<,>)
            ? New(typeof(LookupFormatter<,,>), [type, .. arguments], builder)
            : null;
    }

    private static ValueFormatter New(Type formatter, Type[] arguments, FormatterBuilder builder) => New<ValueFormatter>(formatter, arguments, builder);

    private static T New<T>(Type formatter, Type[] arguments, FormatterBuilder builder) => (T)Activator.CreateInstance(
        formatter.MakeGenericType(arguments),
        BindingFlags.Instance | BindingFlags.Public | BindingFlags.DoNotWrapExceptions,
        null,
        [builder],
        null)!;
}
