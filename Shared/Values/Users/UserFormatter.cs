using System.Runtime.ExceptionServices;
using MessagePack;
using MessagePack.Formatters;
using ProcessPool.Frames;

namespace ProcessPool.Values;

/// <summary>
/// Sends values through a formatter that was written for MessagePack-CSharp. A faulty formatter fails only its own item, because
/// it must write exactly one value and can read only that value.
/// </summary>
/// <param name="formatter">The formatter. It must handle null.</param>
/// <param name="isExact">Whether it writes only the members of exactly this type, so objects of derived classes are
/// refused.</param>
internal sealed class UserFormatter<T>(IMessagePackFormatter<T> formatter, bool isExact) : ValueFormatter<T>
{
    private static readonly bool MayBeDerived = typeof(T) is { IsValueType: false, IsSealed: false };

    public override void Serialize(ref MessagePackWriter writer, T value, MessagePackSerializerOptions options)
    {
        if (isExact && MayBeDerived && value is not null && value.GetType() != typeof(T)) throw Refused.RuntimeType(typeof(T), value.GetType());
        var message = ValueContext.Of(options).Message;
        ValueContext.Enter(options, typeof(T));
        try
        {
            // Inside another such formatter, the writer may not write to this message.
            if (message.CopiesBlocks) formatter.Serialize(ref writer, value, options);
            else SerializeOne(ref writer, value, options, message);
        }
        catch (Exception e) when (MustReplace(e))
        {
            throw Replacement(e, "could not be written by its formatter");
        }

        ValueContext.Leave(options);
    }

    public override T Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options)
    {
        ValueContext.Enter(ref reader);
        var end = reader.CreatePeekReader();
        end.SkipValue();
        var one = reader.Clone(reader.Sequence.Slice(reader.Position, end.Position));
        T value;
        try
        {
            value = formatter.Deserialize(ref one, options);
        }
        catch (Exception e) when (Innermost(e) is EndOfStreamException)
        {
            throw Refused.UserFormatter(typeof(T), $"{Name} read more than the value that was written for it.");
        }
        catch (Exception e) when (Innermost(e) is MessagePackSerializationException or InsufficientExecutionStackException)
        {
            throw ValuePath.With(Innermost(e), typeof(T), "");
        }
        catch (Exception e) when (MustReplace(e))
        {
            throw Replacement(e, "could not be read by its formatter");
        }

        if (!one.End) throw Refused.UserFormatter(typeof(T), $"{Name} read less than the value that was written for it.");
        end.Depth--;
        reader = end;
        return value;
    }

    private string Name => TypeNames.Full(formatter.GetType());

    private void SerializeOne(ref MessagePackWriter writer, T value, MessagePackSerializerOptions options, FrameBuffer message)
    {
        writer.Flush();
        var start = message.GetMark().Position;
        message.CopiesBlocks = true;
        try
        {
            formatter.Serialize(ref writer, value, options);
            writer.Flush();
        }
        finally
        {
            message.CopiesBlocks = false;
        }

        if (!IsOneValue(message.Written[start..])) throw Refused.UserFormatter(typeof(T), $"{Name} did not write exactly one value.");
    }

    private static bool IsOneValue(ReadOnlyMemory<byte> bytes)
    {
        var reader = new MessagePackReader(bytes);
        try
        {
            reader.SkipValue();
            return reader.End;
        }
        catch (Exception e) when (BrokenValueException.Covers(e))
        {
            return false;
        }
    }

    /// <summary>For an exception filter. An exception that need not be replaced only gets its path extended.</summary>
    private static bool MustReplace(Exception e) => e switch
    {
        OutOfMemoryException => false,
        ValueException refused => refused.Passes(typeof(T), ""),
        _ => true,
    };

    /// <summary>
    /// The exception to throw instead of the formatter's, or instead of one that MessagePack-CSharp wrapped around it.
    /// </summary>
    private static ValueException Replacement(Exception e, string what)
    {
        var inner = Innermost(e);
        if (inner is OutOfMemoryException) ExceptionDispatchInfo.Throw(inner);
        if (inner is not ValueException refused) return Refused.Conversion(typeof(T), what, inner);
        refused.Passes(typeof(T), "");
        return refused.Again();
    }

    /// <summary><c>MessagePackSerializer</c> wraps every exception that a formatter throws.</summary>
    private static Exception Innermost(Exception e)
    {
        while (e is MessagePackSerializationException and not BrokenValueException && e.InnerException is { } inner) e = inner;
        return e;
    }
}
