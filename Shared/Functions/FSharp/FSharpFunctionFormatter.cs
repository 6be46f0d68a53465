using MessagePack;
using ProcessPool.Values;

namespace ProcessPool.Functions;

/// <summary>
/// A function value of F#, an object with a method <c>Invoke</c>. It is sent as the delegate of this method, together with what the
/// object captured.
/// </summary>
internal sealed class FSharpFunctionFormatter<T> : ValueFormatter<T?>
    where T : class
{
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
            FunctionWriter.Write(ref writer, InvokeOf(value), ValueContext.Of(options));
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
        var function = FunctionReader.Read(ref reader, FunctionFormatters.ItemToken, ValueContext.Of(options));
        ValueContext.Leave(ref reader);
        return function.Target as T ?? throw new BrokenValueException($"Expected a {typeof(T)}, found a {function.GetType()}.");
    }

    private static Delegate InvokeOf(object value)
    {
        var function = FSharpTypes.FunctionOf(typeof(T))!;
        var types = function.GetGenericArguments();
        return Delegate.CreateDelegate(typeof(Func<,>).MakeGenericType(types), value, function.GetMethod("Invoke", [types[0]])!);
    }
}
