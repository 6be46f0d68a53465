using ProcessPool.MessagePack;

namespace ProcessPool.Progress;

/// <summary>
/// An <see cref="IProgress{T}"/> or a <see cref="Progress{T}"/> as a number; or nil. What arrives reports to the object that was sent.
/// </summary>
/// <typeparam name="TDeclared">One of the two.</typeparam>
/// <typeparam name="T">What is reported.</typeparam>
internal sealed class ProgressFormatter<TDeclared, T>(Formatter<T> values) : Formatter<TDeclared?>
    where TDeclared : class, IProgress<T>
{
    public override void Write(MessagePackWriter writer, TDeclared? value)
    {
        if (value is null) writer.WriteNil();
        else if (!writer.TakesProgress) throw Refused.Progress(typeof(TDeclared));
        else writer.Write(writer.AddProgressTarget(new ProgressTarget<T>(value, values)));
    }

    public override TDeclared? Read(MessagePackReader reader)
    {
        if (reader.TryReadNil()) return null;
        var id = reader.ReadInt64();
        var channel = ProgressChannel.Current ?? throw new MessagePackException($"A {typeof(TDeclared)}, which nobody would hear of here.");
        return (TDeclared)(object)new ForwardedProgress<T>(channel, id, values);
    }
}
