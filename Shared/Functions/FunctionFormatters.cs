using System.Reflection;
using ProcessPool.Errors;
using ProcessPool.MessagePack;

namespace ProcessPool.Functions;

/// <summary>Lets delegates deep inside values travel, each as a function of its own; types, methods and exceptions too.</summary>
internal static class FunctionFormatters
{
    /// <summary>
    /// What captured cancellation tokens become in functions that are read on this thread as part of a value: the token of the
    /// item whose arguments are read.
    /// </summary>
    [field: ThreadStatic]
    public static CancellationToken ItemToken { get; set; }

    /// <summary>Tells the formatters; once is enough, in each process.</summary>
    public static void Register() => Formatters.Beyond ??= Create;

    /// <summary>The formatters of a pool that users registered some of their own with.</summary>
    /// <exception cref="ArgumentException">A type is no formatter, or two are for the same type of values.</exception>
    public static FormatterResolver With(IReadOnlyList<Type> users)
    {
        Register();
        return users.Count == 0 ? Formatters.Default : new FormatterResolver(users: new UserFormatters(users)) { Beyond = Create };
    }

    private static Formatter? Create(Type type, FormatterResolver formatters)
    {
        if (type.IsAssignableTo(typeof(Delegate))) return FormatterBuilder.New(typeof(FunctionFormatter<>), [type], formatters);
        if (type.IsAssignableTo(typeof(Exception))) return FormatterBuilder.New(typeof(ExceptionFormatter<>), [type]);
        if (type == typeof(Type)) return new TypeFormatter();
        return type == typeof(MethodInfo) ? new MethodFormatter() : null;
    }
}

/// <summary>Writes and reads delegates of one type.</summary>
internal sealed class FunctionFormatter<T>(FormatterResolver formatters) : Formatter<T?>
    where T : Delegate
{
    public override void Write(MessagePackWriter writer, T? value)
    {
        if (value is null)
        {
            writer.WriteNil();
            return;
        }

        if (!writer.TryEnter()) throw Refused.TooDeep(typeof(T));
        try
        {
            FunctionWriter.Write(writer, value, formatters);
        }
        catch (FunctionException e)
        {
            throw ValueException.At(typeof(T), e.Message, e);
        }

        writer.Leave();
    }

    public override T? Read(MessagePackReader reader)
    {
        if (reader.TryReadNil()) return null;
        reader.Enter();
        var function = FunctionReader.Read(reader, FunctionFormatters.ItemToken, formatters);
        reader.Leave();
        return function as T ?? throw new MessagePackException($"Expected a {typeof(T)}, found a {function.GetType()}.");
    }
}
