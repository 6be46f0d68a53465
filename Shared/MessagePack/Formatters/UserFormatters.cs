using System.Collections.Concurrent;

namespace ProcessPool.MessagePack;

/// <summary>The formatters that users wrote: those registered with a pool, and those that types name themselves.</summary>
internal sealed class UserFormatters
{
    /// <summary>None but those that types name themselves.</summary>
    public static readonly UserFormatters None = new([]);

    /// <summary>By the type of the values, or its generic definition, which the formatter shares its parameters with.</summary>
    private readonly Dictionary<Type, Type> _registered = [];

    /// <summary>What was looked for and not refused: functions ask at every call.</summary>
    private readonly ConcurrentDictionary<Type, Type?> _found = [];

    /// <exception cref="ArgumentException">A type is no formatter, or two are for the same type of values.</exception>
    public UserFormatters(IReadOnlyList<Type> types)
    {
        foreach (var type in types)
        {
            if (Problem(type) is { } problem) throw new ArgumentException(problem);
            foreach (var values in ValueTypes(type))
            {
                if (!_registered.TryAdd(Definition(values), type))
                    throw new ArgumentException($"{Name(type)} and {Name(_registered[Definition(values)])} both format {Name(values)}.");
            }
        }
    }

    /// <summary>The formatter's type, closed, for values of a type; null if nobody wrote one.</summary>
    /// <exception cref="ValueException">The type names one that cannot format it.</exception>
    public Type? Find(Type type) => _found.TryGetValue(type, out var found) ? found : _found[type] = FindRegistered(type) ?? FindNamed(type);

    /// <summary>The <see cref="IValueFormatter{T, TData}"/> through which a formatter handles a type of values.</summary>
    public static Type? InterfaceFor(Type formatter, Type values) =>
        Interfaces(formatter).FirstOrDefault(one => one.GetGenericArguments()[0] == values);

    private Type? FindRegistered(Type type)
    {
        if (_registered.Count == 0) return null;
        return _registered.TryGetValue(Definition(type), out var formatter) ? Close(formatter, type) : null;
    }

    private static Type? FindNamed(Type type)
    {
        if (FrameworkAssemblies.Contains(type) || !type.IsDefined(typeof(ValueFormatterAttribute), false)) return null;
        var attribute = (ValueFormatterAttribute)type.GetCustomAttributes(typeof(ValueFormatterAttribute), false)[0];
        var named = attribute.Formatter;
        if (named is null) throw Refused.UserFormatter(type, "[ValueFormatter] names no formatter.");
        if (Problem(named) is { } problem) throw Refused.UserFormatter(type, problem);
        var formatter = Close(named, type);
        return InterfaceFor(formatter, type) is not null
            ? formatter
            : throw Refused.UserFormatter(type, $"{Name(named)}, which its [ValueFormatter] names, does not format it.");
    }

    private static Type Close(Type formatter, Type type)
    {
        if (!formatter.IsGenericTypeDefinition) return formatter;
        try
        {
            return formatter.MakeGenericType(type.GetGenericArguments());
        }
        catch (ArgumentException e)
        {
            throw Refused.UserFormatter(type, $"{Name(formatter)} cannot format it: {e.Message}");
        }
    }

    private static Type Definition(Type type) => type.IsGenericType ? type.GetGenericTypeDefinition() : type;

    private static IEnumerable<Type> Interfaces(Type formatter) => formatter.GetInterfaces()
        .Where(one => one.IsGenericType && one.GetGenericTypeDefinition() == typeof(IValueFormatter<,>));

    private static IEnumerable<Type> ValueTypes(Type formatter) => Interfaces(formatter).Select(one => one.GetGenericArguments()[0]);

    /// <summary>Why a type cannot be used as a formatter; null if it can.</summary>
    private static string? Problem(Type formatter)
    {
        if (!ValueTypes(formatter).Any()) return $"{Name(formatter)} is no formatter: it does not implement IValueFormatter<T, TData>.";
        if (formatter.IsAbstract || (formatter.IsClass && formatter.GetConstructor(Type.EmptyTypes) is null))
            return $"{Name(formatter)} is no formatter that can be created: it is abstract or has no public constructor without parameters.";
        foreach (var values in ValueTypes(formatter))
        {
            if (values.IsPrimitive || values.IsEnum || values == typeof(string) || values == typeof(object) || values.IsArray)
                return $"{Name(formatter)} formats {Name(values)}, which has a form of its own that cannot be replaced.";
            if (formatter.IsGenericTypeDefinition
                && !(values.IsGenericType && values.GetGenericArguments().SequenceEqual(formatter.GetGenericArguments())))
                return $"{Name(formatter)} is open: the values it formats must be of a type with the same generic parameters in the same order.";
        }

        return null;
    }

    private static string Name(Type type) => TypeNames.Full(type);
}
