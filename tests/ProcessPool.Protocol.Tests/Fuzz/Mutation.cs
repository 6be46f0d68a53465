namespace ProcessPool.Protocol.Tests.Fuzz;

/// <summary>Changes valid bytes into invalid ones, or into other valid ones.</summary>
internal static class Mutation
{
    private static readonly byte[] Interesting = [0x00, 0x01, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xC3, 0xE0, 0xFE, 0xFF];

    /// <summary>A copy with one to four changes.</summary>
    /// <param name="bytes">What is changed.</param>
    /// <param name="others">What parts are taken from.</param>
    /// <param name="random">Which changes.</param>
    public static byte[] Of(byte[] bytes, IReadOnlyList<byte[]> others, Random random)
    {
        List<byte> changed = [.. bytes];
        for (var left = 1 + random.Next(4); left > 0; left--) Change(changed, others, random);
        return [.. changed];
    }

    private static void Change(List<byte> bytes, IReadOnlyList<byte[]> others, Random random)
    {
        if (bytes.Count == 0)
        {
            bytes.Add((byte)random.Next(256));
            return;
        }

        var at = random.Next(bytes.Count);
        switch (random.Next(10))
        {
            case 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                bytes[at] = (byte)random.Next(256);
                break;
            case 2:
                bytes[at] = Interesting[random.Next(Interesting.Length)];
                break;
            case 3:
                // Another type of value, its length and content left as they are.
                bytes[at] = (byte)random.Next(MessagePackCode.Nil, MessagePackCode.MinNegativeFixInt);
                break;
            case 4:
                for (var count = random.Next(1, 9); count > 0; count--) bytes.Insert(at, (byte)random.Next(256));
                break;
            case 5:
                bytes.RemoveRange(at, Math.Min(random.Next(1, 9), bytes.Count - at));
                break;
            case 6:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 7:
                // A part of something else in the place of a part.
                var other = others[random.Next(others.Count)];
                var start = random.Next(other.Length + 1);
                bytes.RemoveRange(at, Math.Min(random.Next(16), bytes.Count - at));
                bytes.InsertRange(at, other[start..Math.Min(other.Length, start + random.Next(64))]);
                break;
            case 8:
                bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 32), bytes.Count - at)));
                break;
            default:
                Inflate(bytes, at, random);
                break;
        }
    }

    /// <summary>A length or count of 8, 16 or 32 bits, from this place on, that is another number; or a header with a huge one.</summary>
    private static void Inflate(List<byte> bytes, int from, Random random)
    {
        for (var at = from; at < bytes.Count; at++)
        {
            var size = LengthSize(bytes[at]);
            if (size == 0 || at + size >= bytes.Count) continue;
            var huge = random.Next(3) == 0;
            for (var i = 0; i < size; i++) bytes[at + 1 + i] = huge ? (byte)(i == 0 ? random.Next(256) : 0xFF) : (byte)(i < size - 1 ? 0 : random.Next(256));
            return;
        }

        byte[] codes = [MessagePackCode.Bin32, MessagePackCode.Ext32, MessagePackCode.Str32, MessagePackCode.Array32, MessagePackCode.Map32];
        bytes[from] = codes[random.Next(codes.Length)];
        bytes.InsertRange(from + 1, [(byte)random.Next(0x80), (byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256)]);
    }

    private static int LengthSize(byte code) => code switch
    {
        MessagePackCode.Bin8 or MessagePackCode.Ext8 or MessagePackCode.Str8 => 1,
        MessagePackCode.Bin16 or MessagePackCode.Ext16 or MessagePackCode.Str16 or MessagePackCode.Array16 or MessagePackCode.Map16 => 2,
        MessagePackCode.Bin32 or MessagePackCode.Ext32 or MessagePackCode.Str32 or MessagePackCode.Array32 or MessagePackCode.Map32
            or MessagePackCode.UInt32 => 4,
        _ => 0,
    };
}
