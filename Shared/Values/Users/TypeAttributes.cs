using System.Reflection;
using System.Runtime.CompilerServices;
using MessagePack;
using MessagePack.Resolvers;

namespace ProcessPool.Values;

/// <summary>Reads the attributes by which a user's type names its formatter.</summary>
internal static class TypeAttributes
{
    /// <returns>A function that creates the formatter; null if the type has no such attribute.</returns>
    /// <exception cref="ValueException">The type names a class that is not a formatter.</exception>
    public static Func<ValueFormatter>? Find(Type type)
    {
        if (FrameworkAssemblies.Contains(type)) return null;
        if (type.GetCustomAttribute<ValueFormatterAttribute>(inherit: false) is { } own) return Named(type, own.Formatter, null);
        if (type.GetCustomAttribute<MessagePackFormatterAttribute>(inherit: false) is { } formatter)
            return Named(type, formatter.FormatterType, formatter.Arguments);
        if (type.IsDefined(typeof(UnionAttribute), inherit: false)) return () => Make(type, UnionResolver, isUnion: true);
        return type.IsDefined(typeof(MessagePackObjectAttribute), inherit: true) ? () => Make(type, ObjectResolver, isUnion: false) : null;
    }

    private static Func<ValueFormatter> Named(Type type, Type? formatter, object?[]? arguments)
    {
        if (formatter is null) throw Refused.UserFormatter(type, "Its attribute names no formatter.");
        if (FormatterType.Problem(formatter, arguments is { Length: > 0 }) is { } problem) throw Refused.UserFormatter(type, problem);
        return () => FormatterType.Make(formatter, type, arguments);
    }

    /// <summary>MessagePack-CSharp generates code for the members that have keys.</summary>
    private static ValueFormatter Make(Type type, Func<Type, IFormatterResolver> resolver, bool isUnion)
    {
        if (!RuntimeFeature.IsDynamicCodeSupported)
        {
            throw Refused.UserFormatter(
                type,
                "Its MessagePack attributes need code that is generated at run time, which is disabled here (for example by PublishAot). "
                + "Add a source-generated resolver to PoolOptions.Formatters.");
        }

        return UserResolver.TryGet(resolver(type), type, keepsDerived: isUnion)
            ?? throw Refused.UserFormatter(type, "Its MessagePack attributes do not provide a formatter.");
    }

    /// <summary>
    /// Includes private members only if the type itself is not public, because MessagePack-CSharp then requires a key or
    /// [IgnoreMember] on each of them.
    /// </summary>
    private static IFormatterResolver ObjectResolver(Type type) => type.IsVisible ? DynamicObjectResolver.Instance : DynamicObjectResolverAllowPrivate.Instance;

    private static IFormatterResolver UnionResolver(Type type) => DynamicUnionResolver.Instance;
}
