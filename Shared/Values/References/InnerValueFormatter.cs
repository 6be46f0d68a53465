using MessagePack;
using MessagePack.Formatters;

namespace ProcessPool.Values;

/// <summary>
/// Writes and reads values of their own within the value of a user's formatter: they share no objects with the rest, so the user's
/// formatter may skip them.
/// </summary>
internal sealed class InnerValueFormatter<T>(ValueFormatter<T> formatter) : IMessagePackFormatter<T>
{
    public void Serialize(ref MessagePackWriter writer, T value, MessagePackSerializerOptions options)
    {
        var message = ValueContext.Of(options).Message;
        var outer = message.EnterValue();
        try
        {
            formatter.Serialize(ref writer, value, options);
        }
        finally
        {
            message.LeaveValue(outer);
        }
    }

    public T Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options)
    {
        using var scope = ReadScope.OfInnerValue();
        var value = formatter.Deserialize(ref reader, options);
        scope.Complete(ref reader, options);
        return value;
    }
}
