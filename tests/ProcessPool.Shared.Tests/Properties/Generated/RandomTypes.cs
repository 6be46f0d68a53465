using System.Numerics;
using System.Text;

namespace ProcessPool.Tests.Properties.Generated;

/// <summary>Random composed types.</summary>
internal static class RandomTypes
{
    public static readonly Type[] Leaves =
    [
        typeof(bool), typeof(char), typeof(sbyte), typeof(byte), typeof(short), typeof(ushort), typeof(int), typeof(uint), typeof(long),
        typeof(ulong), typeof(float), typeof(double), typeof(string), typeof(decimal), typeof(Guid), typeof(DateTime), typeof(DateTimeOffset),
        typeof(TimeSpan), typeof(DateOnly), typeof(TimeOnly), typeof(Half), typeof(Int128), typeof(UInt128), typeof(Index), typeof(Range),
        typeof(Rune), typeof(Complex), typeof(Vector3), typeof(Matrix3x2), typeof(BigInteger), typeof(DayOfWeek), typeof(Tiny), typeof(Wide),
        typeof(Flat), typeof(Overlaid), typeof(Leaf),
    ];

    /// <param name="random">Where it comes from.</param>
    /// <param name="size">How many constructors lie within each other at most.</param>
    public static Type Make(Random random, int size)
    {
        if (size <= 0 || random.Next(4) == 0) return Leaves[random.Next(Leaves.Length)];
        while (true)
        {
            var constructor = TypeConstructor.All[random.Next(TypeConstructor.All.Length)];
            var arguments = new Type[constructor.Arity];
            for (var i = 0; i < arguments.Length; i++) arguments[i] = Make(random, size - 1);

            // The eighth of a tuple's fields is always another tuple.
            if (arguments.Length == 8) arguments[7] = typeof(ValueTuple<>).MakeGenericType(arguments[7]);
            if (constructor.Fits?.Invoke(arguments) != false) return constructor.Close(arguments);
        }
    }
}
