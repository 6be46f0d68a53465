using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MessagePack;

namespace ProcessPool.Values;

/// <summary>A value as its bytes in memory.</summary>
internal sealed class RawFormatter<T> : ValueFormatter<T>
    where T : unmanaged
{
    /// <summary>In bytes, as decimal and Guid.</summary>
    private const int LargestSimple = 16;

    public override bool IsSimple => Unsafe.SizeOf<T>() <= LargestSimple;

    public override void Serialize(ref MessagePackWriter writer, T value, MessagePackSerializerOptions options)
    {
        writer.WriteBinHeader(Unsafe.SizeOf<T>());
        writer.WriteWhole(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)));
    }

    public override T Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options)
    {
        var bytes = reader.ReadBlock();
        if (bytes.Length != Unsafe.SizeOf<T>())
            throw new BrokenValueException($"Expected the {Unsafe.SizeOf<T>()} bytes of {typeof(T)}, found {bytes.Length}.");
        Unsafe.SkipInit(out T value);
        bytes.CopyTo(MemoryMarshal.AsBytes(new Span<T>(ref value)));
        ValidBits.Check(new ReadOnlySpan<T>(in value));
        return value;
    }
}
