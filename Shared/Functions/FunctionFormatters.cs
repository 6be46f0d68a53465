using ProcessPool.MessagePack;

namespace ProcessPool.Functions;

/// <summary>Lets delegates deep inside values travel: each as a function of its own.</summary>
internal static class FunctionFormatters
{
    /// <summary>
    /// What captured cancellation tokens become in functions that are read on this thread as part of a value: the token of the
    /// item whose arguments are read.
    /// </summary>
    [field: ThreadStatic]
    public static CancellationToken ItemToken { get; set; }

    /// <summary>Tells the formatters; once is enough, in each process.</summary>
    public static void Register() => Formatters.DelegateFormatters ??= Create;

    private static Formatter? Create(Type type) =>
        (Formatter?)Activator.CreateInstance(typeof(FunctionFormatter<>).MakeGenericType(type));
}

/// <summary>Writes and reads delegates of one type.</summary>
internal sealed class FunctionFormatter<T> : Formatter<T?>
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
            FunctionWriter.Write(writer, value);
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
        var function = FunctionReader.Read(reader, FunctionFormatters.ItemToken);
        reader.Leave();
        return function as T ?? throw new MessagePackException($"Expected a {typeof(T)}, found a {function.GetType()}.");
    }
}
