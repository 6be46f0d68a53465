using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;

namespace ProcessPool.Tests.Properties.Generated;

/// <summary>
/// Compares two values bit by bit. It uses reflection, and so calls no Equals. What is one object in one of them must be one in the
/// other.
/// </summary>
internal static class Structure
{
    private const BindingFlags Declared = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly ConcurrentDictionary<Type, FieldInfo[]> Fields = [];

    /// <summary>All instance fields, the inherited ones too.</summary>
    public static FieldInfo[] FieldsOf(Type type) => Fields.GetOrAdd(type, static t =>
    {
        List<FieldInfo> fields = [];
        for (var at = t; at is not null && at != typeof(object) && at != typeof(ValueType); at = at.BaseType) fields.AddRange(at.GetFields(Declared));
        return [.. fields];
    });

    /// <summary>Where two values differ; null if they do not.</summary>
    public static string? Difference(object? one, object? other) => Difference(one, other, "", new(ReferenceEqualityComparer.Instance));

    private static string? Difference(object? one, object? other, string path, Dictionary<object, object> met)
    {
        if (one is null || other is null) return one is null && other is null ? null : $"{path}: {one ?? "null"} and {other ?? "null"}";
        var type = one.GetType();
        if (type != other.GetType()) return $"{path}: {type} and {other.GetType()}";
        if (type.IsPrimitive || type.IsEnum) return Bits(one) == Bits(other) ? null : $"{path}: {one} and {other}";
        if (one is string text) return string.Equals(text, (string)other, StringComparison.Ordinal) ? null : $"{path}: two texts";

        // Ranges of memory and immutable arrays of nothing are often around the same empty array, which says nothing.
        if (!type.IsValueType && one is not Array { Length: 0 })
        {
            var isNew = met.TryAdd(one, other) & met.TryAdd(other, one);
            if (!isNew) return ReferenceEquals(met[one], other) && ReferenceEquals(met[other], one) ? null : $"{path}: another object than before";
        }

        // What is a struct may be around no array at all, and then has no elements to ask for.
        if (one is IEnumerable elements && !type.IsValueType) return OfElements(elements, (IEnumerable)other, path, met);
        foreach (var field in FieldsOf(type))
        {
            if (Difference(field.GetValue(one), field.GetValue(other), $"{path}.{field.Name}", met) is { } difference) return difference;
        }

        return null;
    }

    private static string? OfElements(IEnumerable one, IEnumerable other, string path, Dictionary<object, object> met)
    {
        if (one is Array first && other is Array second)
        {
            for (var rank = 0; rank < first.Rank; rank++)
            {
                if (first.GetLength(rank) != second.GetLength(rank)) return $"{path}: {first.GetLength(rank)} and {second.GetLength(rank)} elements";
            }
        }

        var left = one.GetEnumerator();
        var right = other.GetEnumerator();
        for (var i = 0; ; i++)
        {
            var more = left.MoveNext();
            if (more != right.MoveNext()) return $"{path}: different numbers of elements";
            if (!more) return null;
            if (Difference(left.Current, right.Current, $"{path}[{i}]", met) is { } difference) return difference;
        }
    }

    private static long Bits(object value) => value switch
    {
        double number => BitConverter.DoubleToInt64Bits(number),
        float number => BitConverter.SingleToInt32Bits(number),
        ulong number => (long)number,
        Enum named => named.GetTypeCode() == TypeCode.UInt64 ? (long)Convert.ToUInt64(named) : Convert.ToInt64(named),
        bool flag => flag ? 1 : 0,
        char character => character,
        _ => Convert.ToInt64(value),
    };
}
