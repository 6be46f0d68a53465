using System.Numerics;

namespace ProcessPool.MessagePack;

/// <summary>A value declared as <see cref="object"/>: one of a closed list of types, which it keeps.</summary>
internal sealed class AnyFormatter(FormatterBuilder builder) : OneOfFormatter<object>(builder, Types.Length)
{
    private static readonly Type[] Types =
    [
        typeof(object), typeof(bool), typeof(char), typeof(string),
        typeof(sbyte), typeof(byte), typeof(short), typeof(ushort), typeof(int), typeof(uint), typeof(long), typeof(ulong),
        typeof(Int128), typeof(UInt128), typeof(BigInteger), typeof(Half), typeof(float), typeof(double), typeof(decimal),
        typeof(DateTime), typeof(DateTimeOffset), typeof(TimeSpan), typeof(DateOnly), typeof(TimeOnly), typeof(Guid),
        typeof(object[]), typeof(List<object>), typeof(Dictionary<string, object>),
        typeof(string[]), typeof(List<string>), typeof(Dictionary<string, string>),
        typeof(bool[]), typeof(char[]), typeof(byte[]), typeof(short[]), typeof(int[]), typeof(long[]),
        typeof(float[]), typeof(double[]), typeof(decimal[]), typeof(DateTime[]),
        typeof(List<int>), typeof(List<long>), typeof(List<double>),
    ];

    protected override int NumberOf(Type type) => Array.IndexOf(Types, type);

    protected override Type? TypeOf(int number) => Types[number];

    protected override (int Number, object Value) Replace(object value) => throw Refused.Object(Type, value.GetType());

    protected override Formatter Make(Type type) => type == typeof(object) ? new PlainObjectFormatter() : base.Make(type);
}

/// <summary>An object that is nothing but itself, as locks are made of: another such object arrives.</summary>
internal sealed class PlainObjectFormatter : Formatter<object>
{
    public override void Write(MessagePackWriter writer, object value) => writer.WriteNil();

    public override object Read(MessagePackReader reader) =>
        reader.TryReadNil() ? new object() : throw new MessagePackException("Expected the nil of a plain object.");
}

/// <summary>A lock: another one arrives, which nobody holds.</summary>
internal sealed class LockFormatter : Formatter<Lock?>
{
    public override void Write(MessagePackWriter writer, Lock? value)
    {
        if (value is null) writer.WriteNil();
        else writer.WriteArrayHeader(0);
    }

    public override Lock? Read(MessagePackReader reader)
    {
        if (reader.TryReadNil()) return null;
        return reader.ReadArrayHeader() == 0 ? new Lock() : throw new MessagePackException("Expected the empty array of a lock.");
    }
}
