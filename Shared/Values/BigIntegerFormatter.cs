using System.Numerics;
using MessagePack;

namespace ProcessPool.Values;

/// <summary>
/// An integer of any size as its bytes, little-endian, in two's complement. The library's formatter writes the same, but asks for 255 bytes
/// of room and then throws if it is not given 257 (2.5.307).
/// </summary>
internal sealed class BigIntegerFormatter : ValueFormatter<BigInteger>
{
    public override void Serialize(ref MessagePackWriter writer, BigInteger value, MessagePackSerializerOptions options) => writer.Write(value.ToByteArray());

    public override BigInteger Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options) => new(reader.ReadBlock<byte>());
}
