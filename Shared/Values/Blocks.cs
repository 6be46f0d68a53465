using System.Drawing;
using System.Numerics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Text;

namespace ProcessPool.Values;

/// <summary>
/// Which types travel as the bytes that they are in memory, arrays of them in one block. Both processes run the same
/// build on the same kind of machine, so they agree on the layout.
/// </summary>
internal static class Blocks
{
    /// <summary>A framework type whose single value travels as its bytes.</summary>
    public static bool IsRaw(Type type)
    {
        if (!type.IsValueType || type.Namespace is not { } ns) return false;
        return ns switch
        {
            "System" => IsRawOfSystem(type),
            "System.Text" => type == typeof(Rune),
            "System.Drawing" => IsRawOfDrawing(type),
            "System.Numerics" => IsRawOfNumerics(type) || IsVector(type),
            "System.Runtime.Intrinsics" => IsVector(type),
            _ => false,
        };
    }

    /// <summary>A type whose arrays travel as one block: no references, no addresses, nothing that is to be left out.</summary>
    /// <remarks>Nullable values can be within one, but no element: the runtime does not count them as unmanaged.</remarks>
    /// <param name="type">The type of the elements.</param>
    /// <param name="users">The formatters of users: what has one travels through that, also within another type.</param>
    public static bool IsBlock(Type type, UserFormatters users) => Nullable.GetUnderlyingType(type) is null && IsFlat(type, users);

    /// <summary>
    /// A user's struct that holds more than its fields say (a fixed buffer, an inline array) or holds them in one another's
    /// place: going by its fields would lose something.
    /// </summary>
    public static bool NeedsRaw(Type type, UserFormatters users)
    {
        if (!type.IsValueType) return false;
        var inline = type.IsDefined(typeof(InlineArrayAttribute), false);
        if (!inline && !type.IsExplicitLayout && type.StructLayoutAttribute is not { Size: > 0 }) return false;
        if (IsBlock(type, users)) return true;
        return inline ? throw Refused.InlineArray(type) : false;
    }

    private static bool IsFlat(Type type, UserFormatters users)
    {
        if (type.IsPrimitive) return type != typeof(nint) && type != typeof(nuint);
        if (!type.IsValueType || type.IsByRefLike) return false;
        if (users.Have(type)) return false;
        if (type.IsEnum || IsRaw(type)) return true;
        if (FrameworkAssemblies.Contains(type) && !IsTransparent(type)) return false;
        foreach (var field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
        {
            if (Members.IsLeftOut(field) || !IsFlat(field.FieldType, users)) return false;
        }

        return true;
    }

    private static bool IsRawOfSystem(Type type) =>
        type == typeof(decimal) || type == typeof(Guid) || type == typeof(DateTime) || type == typeof(DateTimeOffset)
        || type == typeof(TimeSpan) || type == typeof(DateOnly) || type == typeof(TimeOnly) || type == typeof(Half)
        || type == typeof(Int128) || type == typeof(UInt128) || type == typeof(Index) || type == typeof(Range);

    /// <summary>A method of its own, because naming these types loads an assembly that most programs do without.</summary>
    private static bool IsRawOfNumerics(Type type) =>
        type == typeof(Complex) || type == typeof(Vector2) || type == typeof(Vector3) || type == typeof(Vector4)
        || type == typeof(Quaternion) || type == typeof(Plane) || type == typeof(Matrix3x2) || type == typeof(Matrix4x4);

    /// <inheritdoc cref="IsRawOfNumerics"/>
    private static bool IsRawOfDrawing(Type type) =>
        type == typeof(Point) || type == typeof(PointF) || type == typeof(Size) || type == typeof(SizeF)
        || type == typeof(Rectangle) || type == typeof(RectangleF);

    /// <summary>A vector of numbers. How many are in a <see cref="Vector{T}"/> depends on the machine, which is the same one.</summary>
    private static bool IsVector(Type type)
    {
        if (!type.IsGenericType || !IsFlat(type.GetGenericArguments()[0], UserFormatters.None)) return false;
        var definition = type.GetGenericTypeDefinition();
        return definition == typeof(Vector<>) || definition == typeof(Vector64<>) || definition == typeof(Vector128<>)
            || definition == typeof(Vector256<>) || definition == typeof(Vector512<>);
    }

    /// <summary>A framework type that is no more than the values in it.</summary>
    private static bool IsTransparent(Type type) =>
        type.IsAssignableTo(typeof(ITuple))
        || (type.IsGenericType && type.GetGenericTypeDefinition() is var definition
            && (definition == typeof(Nullable<>) || definition == typeof(KeyValuePair<,>)));
}
