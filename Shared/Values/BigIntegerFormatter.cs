using System.Numerics;
using MessagePack;

namespace ProcessPool.Values;

/// <summary>
/// An integer of any size as its bytes, little-endian, in two's complement. MessagePack-CSharp's formatter writes the same, but
/// it requests a buffer of 255 bytes and throws if it does not get 257 (2.5.307).
/// </summary>
internal sealed class BigIntegerFormatter : ValueFormatter<BigInteger>
{
    public override void Serialize(ref MessagePackWriter writer, BigInteger value, MessagePackSerializerOptions options) => writer.Write(value.ToByteArray());

    public override BigInteger Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options) => new(reader.ReadBlock<byte>());
}
