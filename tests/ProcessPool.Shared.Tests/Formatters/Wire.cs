using MessagePack;
using ProcessPool.Frames;
using ProcessPool.Values;

namespace ProcessPool.Tests.Formatters;

/// <summary>Sends values through bytes, with both kinds of field accessors.</summary>
internal static class Wire
{
    public static readonly ValueResolver Compiled = new(compileAfter: 0);
    public static readonly ValueResolver Reflected = new(ValueResolver.Never);

    /// <summary>As in use: by reflection at first, compiled later.</summary>
    public static readonly ValueResolver Mixed = new();

    public static ValueResolver[] Both => [Compiled, Reflected];

    internal delegate void Writing(ref MessagePackWriter writer, ValueContext context);

    /// <summary>A message, written as the product writes it.</summary>
    public static FrameBuffer Message(Writing write, ValueResolver? resolver = null)
    {
        var message = new FrameBuffer(1);
        var writer = new MessagePackWriter(message);
        write(ref writer, message.ContextOf(resolver ?? Compiled));
        writer.Flush();
        return message;
    }

    public static byte[] Written(Writing write) => Message(write).ToArray();

    public static byte[] Write<T>(T value, ValueResolver? resolver = null)
    {
        var message = Message((ref MessagePackWriter w, ValueContext c) => (resolver ?? Compiled).Get<T>().Write(ref w, value, c), resolver);
        Assert.That(message.Depth, Is.Zero);
        return message.ToArray();
    }

    public static byte[] WriteObject(Type type, object? value, ValueResolver? resolver = null) =>
        Message((ref MessagePackWriter w, ValueContext c) => (resolver ?? Compiled).Get(type).WriteObject(ref w, value, c), resolver).ToArray();

    public static T Read<T>(byte[] bytes, ValueResolver? resolver = null)
    {
        resolver ??= Compiled;
        var reader = new MessagePackReader(bytes);
        var value = resolver.Get<T>().Read(ref reader, resolver.FromWorker);
        Assert.That((reader.End, reader.Depth), Is.EqualTo((true, 0)));
        return value;
    }

    public static object? ReadObject(Type type, byte[] bytes, ValueResolver? resolver = null)
    {
        resolver ??= Compiled;
        var reader = new MessagePackReader(bytes);
        var value = resolver.Get(type).ReadObject(ref reader, resolver.FromWorker);
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
        skipping.SkipValue();
        Assert.That(skipping.End, Is.True);
        return Read<T>(bytes);
    }

    public static ValueException Refusal(Type type) => Assert.Throws<ValueException>(() => Compiled.Get(type))!;

    public static ValueException Refusal<T>(T value) => Assert.Throws<ValueException>(() => Write(value))!;
}
