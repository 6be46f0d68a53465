using System.Numerics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace ProcessPool.MessagePack;

/// <summary>
/// Which types travel as the bytes that they are in memory, arrays of them in one block. Both processes run the same
/// build on the same kind of machine, so they agree on the layout.
/// </summary>
internal static class Blocks
{
    private static readonly HashSet<Type> RawTypes =
    [
        typeof(decimal), typeof(Guid), typeof(DateTime), typeof(DateTimeOffset), typeof(TimeSpan), typeof(DateOnly), typeof(TimeOnly),
        typeof(Half), typeof(Int128), typeof(UInt128), typeof(Rune), typeof(Index), typeof(Range),
        typeof(Complex), typeof(Vector2), typeof(Vector3), typeof(Vector4), typeof(Quaternion), typeof(Plane),
        typeof(Matrix3x2), typeof(Matrix4x4),
    ];

    /// <summary>A framework type whose single value travels as its bytes.</summary>
    public static bool IsRaw(Type type) => RawTypes.Contains(type);

    /// <summary>A type whose arrays travel as one block: no references, no addresses, nothing that is to be left out.</summary>
    /// <remarks>Nullable values can be within one, but no element: the runtime does not count them as unmanaged.</remarks>
    public static bool IsBlock(Type type) => Nullable.GetUnderlyingType(type) is null && IsFlat(type);

    /// <summary>
    /// A user's struct that holds more than its fields say (a fixed buffer, an inline array) or holds them in one another's
    /// place: going by its fields would lose something.
    /// </summary>
    public static bool NeedsRaw(Type type)
    {
        if (!type.IsValueType) return false;
        var inline = type.IsDefined(typeof(InlineArrayAttribute), false);
        if (!inline && !type.IsExplicitLayout && type.StructLayoutAttribute is not { Size: > 0 }) return false;
        if (IsBlock(type)) return true;
        return inline ? throw Refused.InlineArray(type) : false;
    }

    private static bool IsFlat(Type type)
    {
        if (type.IsPrimitive) return type != typeof(nint) && type != typeof(nuint);
        if (!type.IsValueType || type.IsByRefLike) return false;
        if (type.IsEnum || IsRaw(type)) return true;
        if (FrameworkAssemblies.Contains(type) && !IsTransparent(type)) return false;
        foreach (var field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
        {
            if (Members.IsLeftOut(field) || !IsFlat(field.FieldType)) return false;
        }

        return true;
    }

    /// <summary>A framework type that is no more than the values in it.</summary>
    private static bool IsTransparent(Type type) =>
        type.IsAssignableTo(typeof(ITuple))
        || (type.IsGenericType && type.GetGenericTypeDefinition() is var definition
            && (definition == typeof(Nullable<>) || definition == typeof(KeyValuePair<,>)));
}
