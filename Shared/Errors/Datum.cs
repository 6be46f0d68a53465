using MessagePack;
using ProcessPool.Values;

namespace ProcessPool.Errors;

/// <summary>
/// Sends values that exceptions hold as <see cref="object"/> (Data, the actual value of an ArgumentOutOfRangeException).
/// Only the plain types that a <see cref="TypeCode"/> names can be sent.
/// </summary>
internal static class Datum
{
    private static readonly Type?[] Types = MakeTypes();

    public static bool CanWrite(object? value) => value is not null && Types[(int)Type.GetTypeCode(value.GetType())] == value.GetType();

    public static void Write(ref MessagePackWriter writer, object value)
    {
        writer.WriteArrayHeader(2);
        writer.Write((int)Type.GetTypeCode(value.GetType()));
        Formatters.Get(value.GetType()).SerializeObject(ref writer, value, Formatters.Default.FromWorker);
    }

    public static object? Read(ref MessagePackReader reader)
    {
        if (reader.ReadArrayHeader() != 2) throw new BrokenValueException("Expected a type code and a value.");
        var code = reader.ReadNumber(0, Types.Length - 1, "a type code");
        var type = Types[code] ?? throw new BrokenValueException($"The type code {code} does not stand for a plain type.");
        return Formatters.Get(type).DeserializeObject(ref reader, Formatters.Default.FromWorker);
    }

    private static Type?[] MakeTypes()
    {
        var types = new Type?[(int)TypeCode.String + 1];
        Type[] plain =
        [
            typeof(bool), typeof(char), typeof(sbyte), typeof(byte), typeof(short), typeof(ushort), typeof(int), typeof(uint), typeof(long),
            typeof(ulong), typeof(float), typeof(double), typeof(decimal), typeof(DateTime), typeof(string),
        ];
        foreach (var type in plain) types[(int)Type.GetTypeCode(type)] = type;
        return types;
    }
}
