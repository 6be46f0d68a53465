using System.Reflection;
using MessagePack;
using ProcessPool.Errors;
using ProcessPool.Values;

namespace ProcessPool.Functions;

/// <summary>Lets values contain delegates, each sent as a function of its own, and types, methods and exceptions.</summary>
internal static class FunctionFormatters
{
    /// <summary>
    /// The token of the item whose arguments are being read on this thread. It replaces the captured cancellation tokens of
    /// functions that are part of a value.
    /// </summary>
    [field: ThreadStatic]
    public static CancellationToken ItemToken { get; set; }

    /// <summary>Registers these formatters. Must be called once in each process; further calls do nothing.</summary>
    public static void Register() => Formatters.Beyond ??= Create;

    /// <summary>The formatters of a pool, including those that users registered with it.</summary>
    /// <exception cref="ArgumentException">A type is not a formatter, or two formatters are for the same type of
    /// values.</exception>
    public static ValueResolver With(IReadOnlyList<Type> users)
    {
        Register();
        return users.Count == 0 ? Formatters.Default : new ValueResolver(users: new UserFormatters(users)) { Beyond = Create };
    }

    private static ValueFormatter? Create(Type type, ValueResolver formatters)
    {
        if (type.IsAssignableTo(typeof(Delegate))) return FormatterBuilder.New(typeof(FunctionFormatter<>), [type]);
        if (FSharpTypes.IsFunction(type)) return FormatterBuilder.New(typeof(FSharpFunctionFormatter<>), [type]);
        if (type.IsAssignableTo(typeof(Exception))) return FormatterBuilder.New(typeof(ExceptionFormatter<>), [type]);
        if (type == typeof(Type)) return new TypeFormatter();
        return type == typeof(MethodInfo) ? new MethodFormatter() : null;
    }
}

/// <summary>Writes and reads delegates of one type.</summary>
internal sealed class FunctionFormatter<T> : FunctionValueFormatter<T>
    where T : Delegate
{
    protected override Delegate ToFunction(T value) => value;

    protected override T? FromFunction(Delegate function) => function as T;
}

/// <summary>Writes and reads values that are functions, as delegates.</summary>
internal abstract class FunctionValueFormatter<T> : ValueFormatter<T?>
    where T : class
{
    protected abstract Delegate ToFunction(T value);

    /// <returns>Null if the function is not of this type.</returns>
    protected abstract T? FromFunction(Delegate function);

    public override void Serialize(ref MessagePackWriter writer, T? value, MessagePackSerializerOptions options)
    {
        if (value is null)
        {
            writer.WriteNil();
            return;
        }

        ValueContext.Enter(options, typeof(T));
        try
        {
            FunctionWriter.WriteWithin(ref writer, ToFunction(value), ValueContext.Of(options));
        }
        catch (FunctionException e)
        {
            throw ValueException.At(typeof(T), e.Message, e);
        }

        ValueContext.Leave(options);
    }

    public override T? Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options)
    {
        if (reader.TryReadNil()) return null;
        ValueContext.Enter(ref reader);
        var function = FunctionReader.ReadWithin(ref reader, FunctionFormatters.ItemToken, ValueContext.Of(options));
        ValueContext.Leave(ref reader);
        return FromFunction(function) ?? throw new BrokenValueException($"Expected a {typeof(T)}, found a {function.GetType()}.");
    }
}
