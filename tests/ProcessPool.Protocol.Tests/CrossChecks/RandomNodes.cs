using System.Numerics;
using System.Text;

namespace ProcessPool.Protocol.Tests.CrossChecks;

/// <summary>Values of all kinds: the limits of every format, and many random ones.</summary>
internal sealed class RandomNodes(Random random)
{
    private static readonly int[] Lengths = [0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 255, 256, 65535, 65536, 70000];

    public IEnumerable<Node> Edges()
    {
        yield return new Node.Nil();
        yield return new Node.Boolean(true);
        yield return new Node.Boolean(false);
        for (var bits = 0; bits <= 64; bits++)
        {
            for (var near = -2; near <= 2; near++)
            {
                if (Fits((BigInteger.One << bits) + near) is { } positive) yield return positive;
                if (Fits(-(BigInteger.One << bits) + near) is { } negative) yield return negative;
            }
        }

        foreach (var number in new[] { 0.0, -0.0, 1.5, double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.Epsilon, double.MaxValue, double.MinValue })
        {
            yield return new Node.Double(number);
            yield return new Node.Single((float)number);
        }

        foreach (var length in Lengths)
        {
            yield return new Node.Text(new string('a', length));
            yield return new Node.Text(new string('€', length / 3));
            yield return new Node.Binary(Bytes(length));
            yield return new Node.Extension((sbyte)random.Next(2, 128), Bytes(length));
            yield return new Node.List([.. Enumerable.Range(0, length).Select(i => new Node.Integer(i % 100))]);
            yield return new Node.Map([.. Enumerable.Range(0, length).SelectMany(i => new Node[] { new Node.Text($"k{i}"), new Node.Integer(i % 100) })]);
        }

        foreach (var seconds in new[] { -62_135_596_800, -1, 0, 1, int.MaxValue, uint.MaxValue, 1L << 32, (1L << 34) - 1, 1L << 34, 253_402_300_799 })
        {
            foreach (var ticks in new[] { 0, 1, 9_999_999 }) yield return new Node.Timestamp(DateTime.UnixEpoch.AddTicks((seconds * TimeSpan.TicksPerSecond) + ticks));
        }

        Node nested = new Node.Nil();
        for (var depth = 0; depth < 300; depth++) nested = depth % 2 == 0 ? new Node.List([nested]) : new Node.Map([new Node.Text("k"), nested]);
        yield return nested;
    }

    public Node Any(int depth = 4) => random.Next(depth > 0 ? 11 : 9) switch
    {
        0 => new Node.Nil(),
        1 => new Node.Boolean(random.Next(2) == 0),
        2 or 3 => Fits(((BigInteger.One << random.Next(65)) + random.Next(-3, 4)) * (random.Next(2) == 0 ? 1 : -1)) ?? new Node.Integer(0),
        4 => new Node.Single(BitConverter.Int32BitsToSingle(random.Next())),
        5 => new Node.Double(random.Next(2) == 0 ? random.NextDouble() * 1e6 : BitConverter.Int64BitsToDouble(random.NextInt64())),
        6 => new Node.Text(Text()),
        7 => random.Next(2) == 0 ? new Node.Binary(Bytes(random.Next(40))) : new Node.Extension((sbyte)random.Next(2, 128), Bytes(random.Next(20))),
        8 => new Node.Timestamp(new DateTime(random.NextInt64(DateTime.MaxValue.Ticks), DateTimeKind.Utc)),
        9 => new Node.List([.. Enumerable.Range(0, Few()).Select(_ => Any(depth - 1))]),
        _ => new Node.Map([.. Enumerable.Range(0, Few()).SelectMany(i => new[] { new Node.Text($"k{i}-{Text()}"), Any(depth - 1) })]),
    };

    private static Node.Integer? Fits(BigInteger value) => value >= long.MinValue && value <= ulong.MaxValue ? new Node.Integer(value) : null;

    private int Few() => random.Next(5) == 0 ? random.Next(20) : random.Next(5);

    private byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    private string Text()
    {
        var text = new StringBuilder();
        for (var left = Few(); left > 0; left--)
        {
            var most = random.Next(4) switch { 0 => 0x80, 1 => 0x800, 2 => 0xD800, _ => 0x110000 };
            var point = random.Next(most);
            if (Rune.IsValid(point)) text.Append(new Rune(point));
        }

        return text.ToString();
    }
}
