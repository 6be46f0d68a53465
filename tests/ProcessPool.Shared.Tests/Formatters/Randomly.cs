namespace ProcessPool.Tests.Formatters;

/// <summary>A class with fields of many types that can be sent.</summary>
internal sealed record Everything
{
    public bool Flag;
    public char Character;
    public sbyte Tiny;
    public uint Unsigned;
    public int Number;
    public long Long;
    public ulong Most;
    public float Single;
    public double Double;
    public string? Text;
    public DayOfWeek Day;
    public int? Maybe;
    public decimal Money;
    public DateTime Time;
    public Guid Id;
    public byte[]? Bytes;
    public double[]? Doubles;
    public string?[]? Texts;
    public List<int>? Numbers;
    public List<Everything>? Children;
    public Dictionary<string, Everything?>? Named;
    public HashSet<long>? Set;
    public (int, string?, (long, Guid?)) Tuple;
    public KeyValuePair<int, string?>[]? Pairs;
}

/// <summary>Random values from a seed.</summary>
internal static class Randomly
{
    public static Everything Make(Random random, int depth = 3) => new()
    {
        Flag = random.Next(2) == 0,
        Character = (char)random.Next(char.MaxValue + 1),
        Tiny = (sbyte)random.Next(-128, 128),
        Unsigned = (uint)Integer(random),
        Number = (int)Integer(random),
        Long = Integer(random),
        Most = (ulong)Integer(random),
        Single = BitConverter.Int32BitsToSingle((int)Integer(random)),
        Double = BitConverter.Int64BitsToDouble(Integer(random)),
        Text = Text(random),
        Day = (DayOfWeek)random.Next(-5, 10),
        Maybe = random.Next(2) == 0 ? null : (int)Integer(random),
        Money = new decimal((int)Integer(random), (int)Integer(random), (int)Integer(random), random.Next(2) == 0, (byte)random.Next(29)),
        Time = new DateTime(random.NextInt64(DateTime.MaxValue.Ticks), (DateTimeKind)random.Next(3)),
        Id = new Guid(Many(random, () => (byte)random.Next(256), 16, 16)!),
        Bytes = Many(random, () => (byte)random.Next(256)),
        Doubles = Many(random, random.NextDouble),
        Texts = Many(random, () => Text(random)),
        Numbers = Many(random, () => (int)Integer(random))?.ToList(),
        Children = depth == 0 ? null : Many(random, () => Make(random, depth - 1), 0, 2)?.ToList(),
        Named = depth == 0 ? null : Many(random, () => Make(random, 0), 0, 2)?.Index().ToDictionary(p => $"k{p.Index}", p => (Everything?)p.Item),
        Set = Many(random, () => Integer(random))?.ToHashSet(),
        Tuple = ((int)Integer(random), Text(random), (Integer(random), random.Next(2) == 0 ? null : Guid.Empty)),
        Pairs = Many(random, () => KeyValuePair.Create((int)Integer(random), Text(random))),
    };

    /// <summary>Every magnitude as likely as any other, and its neighbours.</summary>
    public static long Integer(Random random) => (1L << random.Next(64)) + random.Next(-2, 3);

    public static string? Text(Random random)
    {
        if (random.Next(5) == 0) return null;
        var length = random.Next(8) == 0 ? random.Next(300) : random.Next(40);
        return string.Create(length, random, (span, r) =>
        {
            var most = r.Next(3) switch { 0 => 0x80, 1 => 0x800, _ => 0x10000 };
            foreach (ref var c in span) c = (char)r.Next(most);
        });
    }

    private static T[]? Many<T>(Random random, Func<T> make, int least = 0, int most = 20)
    {
        if (least == 0 && random.Next(6) == 0) return null;
        var array = new T[random.Next(least, most + 1)];
        foreach (ref var item in array.AsSpan()) item = make();
        return array;
    }
}
