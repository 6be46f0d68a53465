using System.Numerics;

namespace ProcessPool.MessagePack;

/// <summary>Any of the integer types in the shortest form, and back with its range checked.</summary>
internal static class Integers
{
    public static void Write<T>(MessagePackWriter writer, T value)
        where T : unmanaged, IBinaryInteger<T>
    {
        if (T.IsNegative(value)) writer.Write(long.CreateTruncating(value));
        else writer.Write(ulong.CreateTruncating(value));
    }

    public static T Read<T>(MessagePackReader reader)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        if (typeof(T) == typeof(ulong)) return T.CreateTruncating(reader.ReadUInt64());
        return T.CreateTruncating(reader.ReadInt64(long.CreateTruncating(T.MinValue), long.CreateTruncating(T.MaxValue), typeof(T).Name));
    }
}

/// <summary>An integer type, or char as its code unit.</summary>
internal sealed class IntegerFormatter<T> : Formatter<T>
    where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
{
    public override void Write(MessagePackWriter writer, T value) => Integers.Write(writer, value);

    public override T Read(MessagePackReader reader) => Integers.Read<T>(reader);
}

/// <summary>The integer type that has the quickest path in reader and writer.</summary>
internal sealed class Int32Formatter : Formatter<int>
{
    public override void Write(MessagePackWriter writer, int value) => writer.Write(value);

    public override int Read(MessagePackReader reader) => reader.ReadInt32();
}
