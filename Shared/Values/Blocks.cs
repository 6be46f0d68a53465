using System.Drawing;
using System.Numerics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Text;

namespace ProcessPool.Values;

/// <summary>
/// Decides which types are sent as their bytes in memory, and arrays of them as one block. Both processes run the same build on
/// the same kind of machine, so they agree on the layout.
/// </summary>
internal static class Blocks
{
    /// <summary>Whether a single value of this framework type is sent as its bytes.</summary>
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

    /// <summary>
    /// Whether arrays of the type are sent as one block: it has no references, no addresses and no fields to leave out.
    /// </summary>
    /// <remarks>
    /// Elements may contain nullable values, but not be nullable: the runtime does not treat those as unmanaged.
    /// </remarks>
    /// <param name="type">The type of the elements.</param>
    /// <param name="users">The users' formatters. A type that has one is sent through it, also inside another type.</param>
    public static bool IsBlock(Type type, UserFormatters users) => Nullable.GetUnderlyingType(type) is null && IsFlat(type, users);

    /// <summary>
    /// Whether this is a user's struct that holds more than its fields show (a fixed buffer, an inline array) or whose fields
    /// overlap. Sending it field by field would lose data.
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

    /// <summary>A separate method, because naming these types loads an assembly that most programs do not need.</summary>
    private static bool IsRawOfNumerics(Type type) =>
        type == typeof(Complex) || type == typeof(Vector2) || type == typeof(Vector3) || type == typeof(Vector4)
        || type == typeof(Quaternion) || type == typeof(Plane) || type == typeof(Matrix3x2) || type == typeof(Matrix4x4);

    /// <inheritdoc cref="IsRawOfNumerics"/>
    private static bool IsRawOfDrawing(Type type) =>
        type == typeof(Point) || type == typeof(PointF) || type == typeof(Size) || type == typeof(SizeF)
        || type == typeof(Rectangle) || type == typeof(RectangleF);

    /// <summary>
    /// Whether the type is a vector of numbers. The size of a <see cref="Vector{T}"/> depends on the machine, but both processes
    /// run on the same one.
    /// </summary>
    private static bool IsVector(Type type)
    {
        if (!type.IsGenericType || !IsFlat(type.GetGenericArguments()[0], UserFormatters.None)) return false;
        var definition = type.GetGenericTypeDefinition();
        return definition == typeof(Vector<>) || definition == typeof(Vector64<>) || definition == typeof(Vector128<>)
            || definition == typeof(Vector256<>) || definition == typeof(Vector512<>);
    }

    /// <summary>Whether this framework type is just the values it contains.</summary>
    private static bool IsTransparent(Type type) =>
        type.IsAssignableTo(typeof(ITuple))
        || (type.IsGenericType && type.GetGenericTypeDefinition() is var definition
            && (definition == typeof(Nullable<>) || definition == typeof(KeyValuePair<,>)));
}
