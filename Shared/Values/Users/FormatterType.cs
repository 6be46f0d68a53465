using System.Reflection;
using MessagePack.Formatters;

namespace ProcessPool.Values;

/// <summary>
/// Checks and creates users' formatters of both kinds: <see cref="IValueFormatter{T, TData}"/> and
/// <see cref="IMessagePackFormatter{T}"/>.
/// </summary>
internal static class FormatterType
{
    /// <summary>Why a type cannot be used as a formatter; null if it can.</summary>
    /// <param name="formatter">The type.</param>
    /// <param name="hasArguments">Whether its constructor receives arguments.</param>
    public static string? Problem(Type formatter, bool hasArguments = false)
    {
        if (!ValuesOf(formatter).Any())
            return $"{Name(formatter)} is not a formatter: it implements neither IValueFormatter<T, TData>, IMessagePackFormatter<T> nor IFormatterResolver.";
        if (formatter.IsAbstract || (formatter.IsClass && !hasArguments && formatter.GetConstructor(Type.EmptyTypes) is null))
            return $"{Name(formatter)} cannot be created: it is abstract or has no public parameterless constructor.";
        foreach (var values in ValuesOf(formatter))
        {
            if (HasFixedForm(values)) return $"{Name(formatter)} formats {Name(values)}, whose built-in format cannot be replaced.";
            if (formatter.IsGenericTypeDefinition
                && !(values.IsGenericType && values.GetGenericArguments().SequenceEqual(formatter.GetGenericArguments())))
                return $"{Name(formatter)} is an open generic type: the type that it formats must have the same type parameters in the same order.";
        }

        return null;
    }

    /// <summary>
    /// Whether a user's formatter cannot replace the built-in format of a type, because other formatters write its values
    /// directly.
    /// </summary>
    public static bool HasFixedForm(Type values) =>
        values.IsPrimitive || values.IsEnum || values == typeof(string) || values == typeof(object) || values.IsArray;

    /// <summary>The types of the values that a formatter formats.</summary>
    public static IEnumerable<Type> ValuesOf(Type formatter) => Interfaces(formatter).Select(static one => one.GetGenericArguments()[0]).Distinct();

    /// <summary>Creates the formatter for values of a type.</summary>
    /// <exception cref="ValueException">The formatter cannot format that type, or cannot be created.</exception>
    public static ValueFormatter Make(Type formatter, Type values, object?[]? arguments)
    {
        var closed = Close(formatter, values);
        var implemented = Interfaces(closed).FirstOrDefault(one => one.GetGenericArguments()[0] == values)
            ?? throw Refused.UserFormatter(values, $"It names {Name(formatter)}, which does not format it.");
        object own;
        try
        {
            own = Activator.CreateInstance(closed, arguments)!;
        }
        catch (TargetInvocationException e)
        {
            throw Refused.UserFormatter(values, $"{Name(closed)} cannot be created: {e.InnerException!.Message}");
        }
        catch (MissingMethodException e)
        {
            throw Refused.UserFormatter(values, $"{Name(closed)} cannot be created: {e.Message}");
        }

        if (implemented.GetGenericTypeDefinition() == typeof(IMessagePackFormatter<>))
            return FormatterBuilder.New(typeof(UserFormatter<>), [values], own, false);
        var data = implemented.GetGenericArguments()[1];
        var toData = implemented.GetMethod(nameof(IValueFormatter<,>.ToData))!.CreateDelegate(typeof(Func<,>).MakeGenericType(values, data), own);
        var fromData = implemented.GetMethod(nameof(IValueFormatter<,>.FromData))!.CreateDelegate(typeof(Func<,>).MakeGenericType(data, values), own);
        return FormatterBuilder.New(typeof(ConvertedFormatter<,>), [values, data], toData, fromData, true, false);
    }

    private static Type Close(Type formatter, Type values)
    {
        if (!formatter.IsGenericTypeDefinition) return formatter;
        try
        {
            return formatter.MakeGenericType(values.GetGenericArguments());
        }
        catch (ArgumentException e)
        {
            throw Refused.UserFormatter(values, $"{Name(formatter)} cannot format it: {e.Message}");
        }
    }

    /// <summary>IValueFormatter comes first: a class that implements it as well was written for this library.</summary>
    private static IEnumerable<Type> Interfaces(Type formatter)
    {
        var generic = Array.FindAll(formatter.GetInterfaces(), static one => one.IsGenericType);
        return generic.Where(static one => one.GetGenericTypeDefinition() == typeof(IValueFormatter<,>))
            .Concat(generic.Where(static one => one.GetGenericTypeDefinition() == typeof(IMessagePackFormatter<>)));
    }

    private static string Name(Type type) => TypeNames.Full(type);
}
