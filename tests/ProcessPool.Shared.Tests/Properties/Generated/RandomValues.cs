using System.Numerics;
using System.Text;

namespace ProcessPool.Tests.Properties.Generated;

/// <summary>Random values of any type that <see cref="RandomTypes"/> makes.</summary>
/// <param name="random">Where they come from.</param>
/// <param name="size">How many elements a collection has at most.</param>
/// <param name="shares">Whether an object may occur again, within itself too.</param>
internal sealed class RandomValues(Random random, int size, bool shares = false)
{
    private readonly List<object> _objects = [];

    /// <summary>What values within values may hold altogether: types of many fields would have values without end.</summary>
    private int _left = 300;

    private int _depth;

    public object? Make(Type type)
    {
        if (type == typeof(string)) return Text();
        if (Leaf(type) is { } leaf) return leaf;
        var mayBeNull = !type.IsValueType || Nullable.GetUnderlyingType(type) is not null;
        if (mayBeNull && (_left <= 0 || _depth > 20 || random.Next(8) == 0)) return null;
        if (shares && !type.IsValueType && _objects.FindAll(one => one.GetType() == type) is { Count: > 0 } made && random.Next(3) == 0)
            return made[random.Next(made.Count)];
        _depth++;
        _left--;
        var value = TypeConstructor.Of(type) is { } constructor ? constructor.Make(type, this) : TypeConstructor.Fields(type, this);
        _depth--;
        Add(value);
        return value;
    }

    /// <summary>From now on, this object may occur again.</summary>
    public void Add(object value)
    {
        if (shares && !_objects.Exists(one => ReferenceEquals(one, value))) _objects.Add(value);
    }

    public Array MakeElements(Type type)
    {
        var count = _left <= 0 ? 0 : random.Next(10) switch { 0 => 0, 1 => Math.Min(20, 3 * size), _ => random.Next(size + 1) };
        var elements = Array.CreateInstance(type, count);
        for (var i = 0; i < count; i++) elements.SetValue(Make(type), i);
        return elements;
    }

    private object? Leaf(Type type)
    {
        if (type.IsEnum) return Enum.ToObject(type, Integer());
        if (type == typeof(Overlaid)) return new Overlaid { Whole = (int)Integer() };
        if (type == typeof(decimal)) return new decimal((int)Integer(), (int)Integer(), (int)Integer(), random.Next(2) == 0, (byte)random.Next(29));
        if (type == typeof(Guid)) return new Guid(Bytes(16));
        if (type == typeof(DateTime)) return new DateTime(Ticks(DateTime.MaxValue.Ticks), (DateTimeKind)random.Next(3));
        if (type == typeof(DateTimeOffset)) return new DateTimeOffset(Ticks(DateTime.MaxValue.Ticks / 2) + TimeSpan.TicksPerDay, TimeSpan.FromMinutes(random.Next(-840, 841)));
        if (type == typeof(TimeSpan)) return new TimeSpan(Integer());
        if (type == typeof(DateOnly)) return DateOnly.FromDayNumber(random.Next(DateOnly.MaxValue.DayNumber + 1));
        if (type == typeof(TimeOnly)) return new TimeOnly(Ticks(TimeOnly.MaxValue.Ticks));
        if (type == typeof(Half)) return BitConverter.Int16BitsToHalf((short)Integer());
        if (type == typeof(Int128)) return new Int128((ulong)Integer(), (ulong)Integer());
        if (type == typeof(UInt128)) return new UInt128((ulong)Integer(), (ulong)Integer());
        if (type == typeof(Index)) return new Index(random.Next(), random.Next(2) == 0);
        if (type == typeof(Range)) return new Range(new Index(random.Next(), random.Next(2) == 0), random.Next());
        if (type == typeof(Rune)) return random.Next(2) == 0 ? new Rune(random.Next(0xD800)) : new Rune(random.Next(0xE000, 0x110000));
        if (type == typeof(BigInteger)) return new BigInteger(Bytes(random.Next(40)));
        if (type.IsPrimitive) return Primitive(type);
        return null;
    }

    private object Primitive(Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.Boolean => random.Next(2) == 0,
        TypeCode.Char => (char)Integer(),
        TypeCode.SByte => (sbyte)Integer(),
        TypeCode.Byte => (byte)Integer(),
        TypeCode.Int16 => (short)Integer(),
        TypeCode.UInt16 => (ushort)Integer(),
        TypeCode.Int32 => (int)Integer(),
        TypeCode.UInt32 => (uint)Integer(),
        TypeCode.Int64 => Integer(),
        TypeCode.UInt64 => (ulong)Integer(),
        TypeCode.Single => BitConverter.Int32BitsToSingle((int)(Special(4) ?? Integer())),
        _ => BitConverter.Int64BitsToDouble(Special(8) ?? Integer()),
    };

    /// <summary>The bits of a number that is none, or no ordinary one; signalling ones too.</summary>
    private long? Special(int bytes) => random.Next(12) switch
    {
        0 => 0,
        1 => bytes == 4 ? int.MinValue : long.MinValue,
        2 => bytes == 4 ? 0x7F800000 : 0x7FF0000000000000,
        3 => bytes == 4 ? 0x7FC00000 : 0x7FF8000000000000,
        4 => bytes == 4 ? 0x7F800001 : 0x7FF0000000000001,
        5 => bytes == 4 ? BitConverter.SingleToInt32Bits(random.NextSingle()) : BitConverter.DoubleToInt64Bits(random.NextDouble()),
        _ => null,
    };

    /// <summary>Every magnitude as likely as any other, and its neighbours.</summary>
    private long Integer() => ((1L << random.Next(64)) + random.Next(-2, 3)) * (random.Next(2) == 0 ? 1 : -1);

    private long Ticks(long most) => random.Next(10) switch { 0 => 0, 1 => most, _ => random.NextInt64(most + 1) };

    private byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    private string? Text()
    {
        if (random.Next(6) == 0) return null;
        var length = random.Next(20) == 0 ? random.Next(400) : random.Next(3 * size + 1);
        var text = new StringBuilder(length);
        var most = random.Next(4) switch { 0 => 0x80, 1 => 0x800, 2 => 0xD800, _ => 0x10000 };
        while (text.Length < length) text.Append((char)random.Next(most));
        return text.ToString();
    }
}
