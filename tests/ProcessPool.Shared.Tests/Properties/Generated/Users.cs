using System.Runtime.InteropServices;

namespace ProcessPool.Tests.Properties.Generated;

// Types as users write them, to compose others from.
#pragma warning disable CS0169, CS0414, IDE0044, IDE0051, CS0649
internal sealed class Box<T>
{
    private T? _content;

    public int Number;
}

internal record struct Twin<TFirst, TSecond>(TFirst First, TSecond Second);

internal sealed record Noted<T>(T Value, string? Note);

internal class Base<T>
{
    private T? _hidden;
    protected byte _small;
}

internal sealed class Derived<T> : Base<List<T>>
{
    private readonly T? _hidden;
    public Derived<T>? Next { get; init; }
}

internal static class Outer<T>
{
    internal sealed class Inner<TOther>
    {
        public T? Mine;
        public TOther? Other;
        public T[]? More;
    }
}

/// <summary>A struct that is flat if its type argument is.</summary>
internal struct Slim<T>
{
    public byte Head;
    public T Body;
    public short Tail;
}

internal struct Flat
{
    public byte A;
    public long B;
    public bool C;
    public DayOfWeek D;
    public Twin<float, char> E;
}

[StructLayout(LayoutKind.Explicit)]
internal struct Overlaid
{
    [FieldOffset(0)]
    public int Whole;

    [FieldOffset(0)]
    public short Half;
}

internal sealed class Leaf;

internal enum Tiny : sbyte
{
    A = -1,
}

internal enum Wide : ulong
{
    A = ulong.MaxValue,
}
