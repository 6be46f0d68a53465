using ProcessPool.MessagePack;

namespace ProcessPool.Tests.Formatters;

/// <summary>Sends values through bytes, with accessors of either kind.</summary>
internal static class Wire
{
    public static readonly FormatterResolver Compiled = new(compileAfter: 0);
    public static readonly FormatterResolver Reflected = new(FormatterResolver.Never);

    /// <summary>As in use: by reflection at first, compiled later.</summary>
    public static readonly FormatterResolver Mixed = new();

    public static FormatterResolver[] Both => [Compiled, Reflected];

    public static byte[] Write<T>(T value, FormatterResolver? resolver = null)
    {
        var writer = new MessagePackWriter();
        ((Formatter<T>)(resolver ?? Compiled).Get(typeof(T))).Write(writer, value);
        Assert.That(writer.Depth, Is.Zero);
        return writer.ToArray();
    }

    public static byte[] WriteObject(Type type, object? value, FormatterResolver? resolver = null)
    {
        var writer = new MessagePackWriter();
        (resolver ?? Compiled).Get(type).WriteObject(writer, value);
        return writer.ToArray();
    }

    public static T Read<T>(byte[] bytes, FormatterResolver? resolver = null)
    {
        var reader = new MessagePackReader(bytes);
        var value = ((Formatter<T>)(resolver ?? Compiled).Get(typeof(T))).Read(reader);
        Assert.That((reader.End, reader.Depth), Is.EqualTo((true, 0)));
        return value;
    }

    /// <summary>There and back; both kinds of accessors must write the same bytes and read them alike.</summary>
    public static T RoundTrip<T>(T value)
    {
        var bytes = Write(value, Compiled);
        Assert.That(Write(value, Reflected), Is.EqualTo(bytes));
        Assert.That(Write(Read<T>(bytes, Mixed), Mixed), Is.EqualTo(bytes));
        Assert.That(Write(Read<T>(bytes, Reflected)), Is.EqualTo(bytes));
        var skipping = new MessagePackReader(bytes);
        skipping.Skip();
        Assert.That(skipping.End, Is.True);
        return Read<T>(bytes);
    }

    public static ValueException Refusal(Type type) => Assert.Throws<ValueException>(() => Compiled.Get(type))!;

    public static ValueException Refusal<T>(T value) => Assert.Throws<ValueException>(() => Write(value))!;
}
