using System.Numerics;
using MessagePack;

namespace ProcessPool.Values;

/// <summary>
/// A value declared as <see cref="object"/>. It must be of one of the types in this list, and arrives as the same type.
/// </summary>
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

    protected override ValueFormatter Make(Type type) => type == typeof(object) ? new PlainObjectFormatter() : base.Make(type);
}

/// <summary>An instance of <see cref="object"/> itself, often used as a lock. A new one arrives.</summary>
internal sealed class PlainObjectFormatter : ValueFormatter<object>
{
    public override void Serialize(ref MessagePackWriter writer, object value, MessagePackSerializerOptions options) => writer.WriteNil();

    public override object Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options) =>
        reader.TryReadNil() ? new object() : throw new BrokenValueException("Expected the nil of a plain object.");
}

/// <summary>A lock. A new one arrives, which nobody holds.</summary>
internal sealed class LockFormatter : ValueFormatter<Lock?>
{
    public override void Serialize(ref MessagePackWriter writer, Lock? value, MessagePackSerializerOptions options)
    {
        if (value is null) writer.WriteNil();
        else writer.WriteArrayHeader(0);
    }

    public override Lock? Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options)
    {
        if (reader.TryReadNil()) return null;
        return reader.ReadArrayHeader() == 0 ? new Lock() : throw new BrokenValueException("Expected the empty array of a lock.");
    }
}
