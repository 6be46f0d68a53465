using System.Reflection;

namespace ProcessPool.Functions;

/// <summary>A field, regardless of the generic arguments of its declaring type.</summary>
internal readonly record struct FieldKey(Module Module, int Token)
{
    public static FieldKey Of(FieldInfo field) => new(field.Module, field.MetadataToken);
}

/// <summary>The fields of captured objects that functions can read.</summary>
internal sealed class CaptureReads
{
    private readonly HashSet<FieldKey> _fields = [];
    private readonly HashSet<Type> _escaped = [];

    /// <summary>True if the walk could not decide, so all fields count as read.</summary>
    public bool Everything { get; private set; }

    public bool AddField(FieldInfo field) => _fields.Add(FieldKey.Of(field));

    /// <summary>Notes that objects of this class are passed to code that the walk does not follow.</summary>
    public void AddEscaped(Type type) => _escaped.Add(Definition(type));

    public void AddEverything() => Everything = true;

    /// <returns>Whether anything was new.</returns>
    public bool Add(CaptureReads other)
    {
        var before = (_fields.Count, _escaped.Count, Everything);
        _fields.UnionWith(other._fields);
        _escaped.UnionWith(other._escaped);
        Everything |= other.Everything;
        return before != (_fields.Count, _escaped.Count, Everything);
    }

    public bool Contains(FieldKey field) => Everything || _fields.Contains(field);

    /// <summary>Whether all fields of objects of this class count as read.</summary>
    public bool ContainsAllOf(Type type)
    {
        if (Everything) return true;
        if (_escaped.Count == 0) return false;
        for (var at = type; at is not null; at = at.BaseType)
        {
            if (_escaped.Contains(Definition(at))) return true;
        }

        return false;
    }

    private static Type Definition(Type type) => type.IsGenericType ? type.GetGenericTypeDefinition() : type;
}

/// <summary>Thrown when the code of a method does not show what it reads.</summary>
internal sealed class UndecidableException(string reason) : Exception(reason);
