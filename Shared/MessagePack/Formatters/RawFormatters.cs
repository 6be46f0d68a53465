using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ProcessPool.MessagePack;

/// <summary>A value as its bytes in memory.</summary>
internal sealed class RawFormatter<T> : Formatter<T>
    where T : unmanaged
{
    public override void Write(MessagePackWriter writer, T value) => writer.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)));

    public override T Read(MessagePackReader reader)
    {
        var length = reader.ReadBinHeader();
        if (length != Unsafe.SizeOf<T>())
            throw new MessagePackException($"Expected the {Unsafe.SizeOf<T>()} bytes of {typeof(T)}, found {length}.");
        Unsafe.SkipInit(out T value);
        reader.ReadRaw(MemoryMarshal.AsBytes(new Span<T>(ref value)));
        ValidBits.Check(new ReadOnlySpan<T>(in value));
        return value;
    }
}

/// <summary>An integer of any size as its bytes, little-endian, in two's complement.</summary>
internal sealed class BigIntegerFormatter : Formatter<BigInteger>
{
    public override void Write(MessagePackWriter writer, BigInteger value) => writer.Write(value.ToByteArray());

    public override BigInteger Read(MessagePackReader reader) => new(reader.ReadBlock<byte>(reader.ReadBinHeader()));
}
