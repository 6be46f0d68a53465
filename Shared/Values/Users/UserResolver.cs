using System.Reflection;
using System.Runtime.ExceptionServices;
using MessagePack;
using ProcessPool.Functions;

namespace ProcessPool.Values;

/// <summary>A MessagePack-CSharp resolver that a user registered.</summary>
internal sealed class UserResolver
{
    private static readonly MethodInfo GetFormatter = typeof(IFormatterResolver).GetMethod(nameof(IFormatterResolver.GetFormatter))!;

    private readonly IFormatterResolver _resolver;

    private UserResolver(IFormatterResolver resolver) => _resolver = resolver;

    /// <summary>
    /// The resolver of a class: its public static <c>Instance</c>, which such classes usually have, or a new object.
    /// </summary>
    /// <exception cref="ArgumentException">The class has neither an instance nor a public parameterless constructor.</exception>
    public static UserResolver Of(Type type)
    {
        const BindingFlags shared = BindingFlags.Static | BindingFlags.Public;
        try
        {
            var instance = type.GetField("Instance", shared)?.GetValue(null) ?? type.GetProperty("Instance", shared)?.GetValue(null)
                ?? (type.IsAbstract ? null : type.GetConstructor(Type.EmptyTypes)?.Invoke(null));
            return new UserResolver(instance as IFormatterResolver ?? throw new ArgumentException(
                $"{TypeNames.Full(type)} cannot be used as a resolver: it has neither a public static field or property Instance nor a public parameterless constructor."));
        }
        catch (TargetInvocationException e)
        {
            throw new ArgumentException($"{TypeNames.Full(type)} cannot be created: {e.InnerException!.Message}", e.InnerException);
        }
    }

    /// <summary>
    /// The resolver's formatter of a type; null if it has none. The resolver is not asked for types with a built-in format or
    /// types that only this library can send.
    /// </summary>
    /// <exception cref="ValueException">The resolver threw.</exception>
    public ValueFormatter? TryGet(Type type) => IsOurs(type) ? null : TryGet(_resolver, type, keepsDerived: true);

    /// <summary>A resolver's formatter of a type; null if it has none.</summary>
    /// <param name="resolver">The resolver.</param>
    /// <param name="type">The type.</param>
    /// <param name="keepsDerived">Whether the formatter may receive objects of derived classes. Its author decides what becomes
    /// of them.</param>
    /// <exception cref="ValueException">The resolver threw.</exception>
    public static ValueFormatter? TryGet(IFormatterResolver resolver, Type type, bool keepsDerived)
    {
        try
        {
            var formatter = GetFormatter.MakeGenericMethod(type).Invoke(resolver, BindingFlags.DoNotWrapExceptions, null, null, null);
            return formatter is null ? null : FormatterBuilder.New(typeof(UserFormatter<>), [type], formatter, !keepsDerived);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // MessagePack-CSharp creates formatters in static constructors.
            while (e is TypeInitializationException or TargetInvocationException && e.InnerException is { } inner) e = inner;
            if (e is ValueException) ExceptionDispatchInfo.Throw(e);
            throw Refused.UserFormatter(type, $"{TypeNames.Full(resolver.GetType())} has no formatter for it: {e.Message}");
        }
    }

    private static bool IsOurs(Type type) =>
        FormatterType.HasFixedForm(type) || type.Assembly == typeof(UserResolver).Assembly
        || type.IsAssignableTo(typeof(Delegate)) || type.IsAssignableTo(typeof(Exception)) || type.IsAssignableTo(typeof(MemberInfo))
        || type == typeof(CancellationToken) || GeneratedCode.IsClosureOrStateMachine(type)
        || (type.IsGenericType && (type.GetGenericTypeDefinition() == typeof(IProgress<>) || type.GetGenericTypeDefinition() == typeof(Progress<>)));
}
