using System.Collections;
using MessagePack;
using ProcessPool.Frames;
using ProcessPool.Functions;
using ProcessPool.Values;

namespace ProcessPool.Errors;

/// <summary>Writes an exception so that the other process can rebuild it, or at least describe it.</summary>
/// <remarks>
/// exception = [type or nil, type name, message, message without additions (true: the same) or nil, stack or nil, HResult, source
/// or nil, help link or nil, inner exceptions, number of inner exceptions left out, map of data, map from field numbers to
/// contents]. The content of a field is the number of an inner exception, an array of such numbers, or the bytes of another
/// value.
/// </remarks>
internal static class RemoteExceptionWriter
{
    public const int Parts = 12;

    /// <summary>How deep exceptions may be nested.</summary>
    public const int DeepestInner = 32;

    /// <summary>
    /// How many inner exceptions there may be in all. Exceptions that share inner ones could unfold into any number.
    /// </summary>
    public const int MostInner = 256;

    /// <summary>How many entries of <see cref="Exception.Data"/> are sent. Adding one searches all existing entries.</summary>
    public const int MostData = 1000;

    /// <summary>In characters. Longer texts are cut: the stack trace of a runaway recursion can have megabytes.</summary>
    public const int LongestText = 100_000;

    /// <summary>Writes an exception. Exceptions thrown by its own properties are caught.</summary>
    public static void Write(ref MessagePackWriter writer, Exception exception)
    {
        var left = MostInner;
        Write(ref writer, exception, 1, ref left);
    }

    private static void Write(ref MessagePackWriter writer, Exception exception, int depth, ref int left)
    {
        var type = exception.GetType();
        writer.WriteArrayHeader(Parts);
        WriteType(ref writer, type);
        writer.WriteText(TypeNames.Full(type));
        WriteMessage(ref writer, exception);
        writer.WriteText(Try(exception, static e => e.StackTrace));
        writer.Write(exception.HResult);
        writer.WriteText(Try(exception, static e => e.Source));
        writer.WriteText(Try(exception, static e => e.HelpLink));

        var inner = InnerOf(exception);
        var kept = depth < DeepestInner && inner.Count <= left ? inner : [];
        left -= kept.Count;
        writer.WriteArrayHeader(kept.Count);
        foreach (var each in kept) Write(ref writer, each, depth + 1, ref left);
        writer.Write(kept.Count == inner.Count ? 0 : CountNested(exception));
        WriteData(ref writer, exception);
        WriteFields(ref writer, exception, kept);
    }

    private static void WriteMessage(ref MessagePackWriter writer, Exception exception)
    {
        var message = Try(exception, static e => e.Message) ?? "(its Message property threw an exception)";
        writer.WriteText(message);
        var own = Cut(ExceptionFields.GetMessage(exception));
        if (own == message) writer.Write(true);
        else writer.WriteText(own);
    }

    private static void WriteType(ref MessagePackWriter writer, Type type)
    {
        if (ExceptionFields.MayRebuild(type) && Encode((ref MessagePackWriter apart, ValueContext _) => new IdentityWriter().Write(ref apart, type)) is { } identity)
            writer.WriteRaw(identity);
        else writer.WriteNil();
    }

    private static IReadOnlyList<Exception> InnerOf(Exception exception)
    {
        if (exception is AggregateException aggregate) return aggregate.InnerExceptions;
        return exception.InnerException is { } inner ? [inner] : [];
    }

    /// <summary>How many inner exceptions there are at all levels. Stops counting at 10,000.</summary>
    private static int CountNested(Exception exception)
    {
        var count = 0;
        var pending = new Stack<Exception>(InnerOf(exception));
        while (count < 10_000 && pending.TryPop(out var next))
        {
            count++;
            foreach (var inner in InnerOf(next)) pending.Push(inner);
        }

        return count;
    }

    private static void WriteData(ref MessagePackWriter writer, Exception exception)
    {
        var entries = new List<(string Key, object Value)>();
        Try(exception, e =>
        {
            foreach (DictionaryEntry entry in e.Data)
            {
                if (entries.Count < MostData && entry.Key is string key && Datum.CanWrite(entry.Value)) entries.Add((key, entry.Value!));
            }

            return "";
        });

        writer.WriteMapHeader(entries.Count);
        foreach (var (key, value) in entries)
        {
            writer.WriteText(key);
            Datum.Write(ref writer, value);
        }
    }

    private static void WriteFields(ref MessagePackWriter writer, Exception exception, IReadOnlyList<Exception> inner)
    {
        var fields = ExceptionFields.MayRebuild(exception.GetType()) ? ExceptionFields.Of(exception.GetType()) : [];
        var values = new List<(int Index, object Value)>();
        for (var i = 0; i < fields.Length; i++)
        {
            var value = fields[i].GetValue(exception);
            if (value is null) continue;
            var content = ExceptionFields.HoldsExceptions(fields[i]) ? NumbersOf(value, inner) : Encode(fields[i].FieldType, value);
            if (content is not null) values.Add((i, content));
        }

        writer.WriteMapHeader(values.Count);
        foreach (var (index, content) in values)
        {
            writer.Write(index);
            if (content is byte[] bytes) writer.Write(bytes);
            else WriteNumbers(ref writer, content);
        }
    }

    private static void WriteNumbers(ref MessagePackWriter writer, object content)
    {
        if (content is int number) writer.Write(number);
        if (content is not int[] numbers) return;
        writer.WriteArrayHeader(numbers.Length);
        foreach (var each in numbers) writer.Write(each);
    }

    /// <summary>The numbers of the inner exceptions that a field holds; null if it holds other exceptions too.</summary>
    private static object? NumbersOf(object value, IReadOnlyList<Exception> inner)
    {
        if (value is Exception one) return NumberOf(one) is var number and >= 0 ? number : null;
        if (value is not Exception[] many) return null;
        var numbers = Array.ConvertAll(many, NumberOf);
        return Array.IndexOf(numbers, -1) < 0 ? numbers : null;

        int NumberOf(Exception exception)
        {
            for (var i = 0; i < inner.Count; i++)
            {
                if (ReferenceEquals(inner[i], exception)) return i;
            }

            return -1;
        }
    }

    /// <summary>
    /// Encodes a value into bytes of its own, so that the reader can skip it and go on with the next; null if it cannot be sent.
    /// </summary>
    private static byte[]? Encode(Encoding write)
    {
        var message = new FrameBuffer(64);
        var writer = new MessagePackWriter(message);
        try
        {
            write(ref writer, message.ContextOf(Formatters.Default));
            writer.Flush();
            return message.ToArray();
        }
        catch (Exception)
        {
            return null;
        }
    }

    private static byte[]? Encode(Type type, object value) => Encode((ref MessagePackWriter writer, ValueContext context) =>
    {
        if (type == typeof(object) && Datum.CanWrite(value)) Datum.Write(ref writer, value);
        else Formatters.Get(type).WriteObject(ref writer, value, context);
    });

    private static string? Try(Exception exception, Func<Exception, string?> read)
    {
        try
        {
            return Cut(read(exception));
        }
        catch (Exception)
        {
            return null;
        }
    }

    private static string? Cut(string? text) => text?.Length > LongestText ? text[..LongestText] + " …" : text;

    private delegate void Encoding(ref MessagePackWriter writer, ValueContext context);
}
