using MessagePack;
using ProcessPool.Values;

namespace ProcessPool.Progress;

/// <summary>
/// Sends an <see cref="IProgress{T}"/> or a <see cref="Progress{T}"/> as a number, or as nil. The received object reports to the
/// sent one.
/// </summary>
/// <typeparam name="TDeclared">One of the two.</typeparam>
/// <typeparam name="T">The type of the reported values.</typeparam>
internal sealed class ProgressFormatter<TDeclared, T>(ValueFormatter<T> values) : ValueFormatter<TDeclared?>
    where TDeclared : class, IProgress<T>
{
    public override void Serialize(ref MessagePackWriter writer, TDeclared? value, MessagePackSerializerOptions options)
    {
        if (value is null)
        {
            writer.WriteNil();
            return;
        }

        var message = ValueContext.Of(options).Message;
        if (!message.TakesProgress) throw Refused.Progress(typeof(TDeclared));
        writer.Write(message.AddProgressTarget(new ProgressTarget<T>(value, values)));
    }

    public override TDeclared? Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options)
    {
        if (reader.TryReadNil()) return null;
        var id = reader.ReadInt64();
        var channel = ProgressChannel.Current ?? throw new BrokenValueException($"A {typeof(TDeclared)} cannot be used here: there is no running item to report for.");
        return (TDeclared)(object)new ForwardedProgress<T>(channel, id, values, ValueContext.Of(options).Formatters);
    }
}
