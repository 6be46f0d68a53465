using System.Numerics;
using System.Runtime.CompilerServices;

namespace ProcessPool.MessagePack;

/// <summary>An enum as its underlying integer; values without a name too.</summary>
internal sealed class EnumFormatter<T, TInteger> : Formatter<T>
    where T : unmanaged, Enum
    where TInteger : unmanaged, IBinaryInteger<TInteger>, IMinMaxValue<TInteger>
{
    public override void Write(MessagePackWriter writer, T value) => Integers.Write(writer, Unsafe.BitCast<T, TInteger>(value));

    public override T Read(MessagePackReader reader) => Unsafe.BitCast<TInteger, T>(Integers.Read<TInteger>(reader));
}
