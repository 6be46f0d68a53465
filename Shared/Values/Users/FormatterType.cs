using System.Reflection;
using MessagePack.Formatters;

namespace ProcessPool.Values;

/// <summary>A class that a user wrote as a formatter, of either kind: <see cref="IValueFormatter{T, TData}"/> or <see cref="IMessagePackFormatter{T}"/>.</summary>
internal static class FormatterType
{
    /// <summary>Why a type cannot be used as a formatter; null if it can.</summary>
    /// <param name="formatter">The type.</param>
    /// <param name="hasArguments">Whether its constructor is given arguments.</param>
    public static string? Problem(Type formatter, bool hasArguments = false)
    {
        if (!ValuesOf(formatter).Any())
            return $"{Name(formatter)} is no formatter: it implements neither IValueFormatter<T, TData> nor IMessagePackFormatter<T>, and is no IFormatterResolver.";
        if (formatter.IsAbstract || (formatter.IsClass && !hasArguments && formatter.GetConstructor(Type.EmptyTypes) is null))
            return $"{Name(formatter)} is no formatter that can be created: it is abstract or has no public constructor without parameters.";
        foreach (var values in ValuesOf(formatter))
        {
            if (HasFixedForm(values)) return $"{Name(formatter)} formats {Name(values)}, which has a form of its own that cannot be replaced.";
            if (formatter.IsGenericTypeDefinition
                && !(values.IsGenericType && values.GetGenericArguments().SequenceEqual(formatter.GetGenericArguments())))
                return $"{Name(formatter)} is open: the values it formats must be of a type with the same generic parameters in the same order.";
        }

        return null;
    }

    /// <summary>Whether no formatter of a user's can stand in for the form that values of a type have: other formatters write them without asking.</summary>
    public static bool HasFixedForm(Type values) =>
        values.IsPrimitive || values.IsEnum || values == typeof(string) || values == typeof(object) || values.IsArray;

    /// <summary>The types of the values that it formats.</summary>
    public static IEnumerable<Type> ValuesOf(Type formatter) => Interfaces(formatter).Select(static one => one.GetGenericArguments()[0]).Distinct();

    /// <summary>The formatter for values of a type.</summary>
    /// <exception cref="ValueException">It cannot format that type, or cannot be created.</exception>
    public static ValueFormatter Make(Type formatter, Type values, object?[]? arguments)
    {
        var closed = Close(formatter, values);
        var implemented = Interfaces(closed).FirstOrDefault(one => one.GetGenericArguments()[0] == values)
            ?? throw Refused.UserFormatter(values, $"{Name(formatter)}, which it names, does not format it.");
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

    /// <summary>Conversions first: whoever wrote one of these too means this library.</summary>
    private static IEnumerable<Type> Interfaces(Type formatter)
    {
        var generic = Array.FindAll(formatter.GetInterfaces(), static one => one.IsGenericType);
        return generic.Where(static one => one.GetGenericTypeDefinition() == typeof(IValueFormatter<,>))
            .Concat(generic.Where(static one => one.GetGenericTypeDefinition() == typeof(IMessagePackFormatter<>)));
    }

    private static string Name(Type type) => TypeNames.Full(type);
}
