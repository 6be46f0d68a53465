
namespace ProcessPool.Tests.Properties.Generated;

/// <summary>A type and a value of it, both made from a seed and a size; smaller sizes make simpler ones.</summary>
internal sealed record Sample(int Seed, int Size)
{
    public Type Type { get; private init; } = null!;

    public object? Value { get; private init; }

    /// <param name="seed">Where it comes from.</param>
    /// <param name="size">How large it is.</param>
    /// <param name="shares">Whether an object may occur again, within itself too.</param>
    public static Sample Make(int seed, int size, bool shares = false)
    {
        var random = new Random(seed);
        var type = RandomTypes.Make(random, Math.Min(size, 4));
        return new Sample(seed, size) { Type = type, Value = new RandomValues(random, Math.Max(1, size), shares).Make(type) };
    }

    public override string ToString() => $"{ProcessPool.Values.TypeNames.Full(Type)} (Sample.Make({Seed}, {Size}))";
}
