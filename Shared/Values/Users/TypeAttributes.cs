using System.Reflection;
using System.Runtime.CompilerServices;
using MessagePack;
using MessagePack.Resolvers;

namespace ProcessPool.Values;

/// <summary>What a user's type says itself of how its values travel.</summary>
internal static class TypeAttributes
{
    /// <returns>What makes the formatter; null if the type says nothing.</returns>
    /// <exception cref="ValueException">It names a formatter that is none.</exception>
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

    /// <summary>The library makes code for the members that have keys.</summary>
    private static ValueFormatter Make(Type type, Func<Type, IFormatterResolver> resolver, bool isUnion)
    {
        if (!RuntimeFeature.IsDynamicCodeSupported)
        {
            throw Refused.UserFormatter(
                type,
                "Its MessagePack attributes need code that is made at run time, which is switched off here (PublishAot does so). "
                + "Put a resolver that was generated into PoolOptions.Formatters.");
        }

        return UserResolver.TryGet(resolver(type), type, keepsDerived: isUnion)
            ?? throw Refused.UserFormatter(type, "Its MessagePack attributes give it no formatter.");
    }

    /// <summary>Private types and members too only where the type itself cannot be seen: the library wants a key, or [IgnoreMember], on each.</summary>
    private static IFormatterResolver ObjectResolver(Type type) => type.IsVisible ? DynamicObjectResolver.Instance : DynamicObjectResolverAllowPrivate.Instance;

    private static IFormatterResolver UnionResolver(Type type) => DynamicUnionResolver.Instance;
}
