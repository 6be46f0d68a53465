using System.Reflection;
using System.Runtime.Serialization;
using MessagePack;

namespace ProcessPool.Values;

/// <summary>The fields of a type that travel, in the order in which they do.</summary>
internal static class Members
{
    private const BindingFlags Declared =
        BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    /// <summary>FieldAttributes.NotSerialized, which [NonSerialized] becomes, and which is obsolete under this name only.</summary>
    private const int NotSerialized = 0x80;

    /// <summary>All instance fields but those left out and those of a <see cref="BasePart"/>: the base class's first, each class's in the order of its metadata.</summary>
    /// <exception cref="ValueException">It inherits fields from a class of the framework, whose insides are its own affair.</exception>
    public static FieldInfo[] Of(Type type)
    {
        var fields = new List<FieldInfo>();
        Add(fields, type, type);
        return [.. fields];
    }

    public static bool IsLeftOut(FieldInfo field)
    {
        if (((int)field.Attributes & NotSerialized) != 0 || SaysSo(field)) return true;
        if (!field.Name.EndsWith(">k__BackingField", StringComparison.Ordinal)) return false;
        var property = field.DeclaringType!.GetProperty(TypeNames.OfField(field.Name), Declared | BindingFlags.Static);
        return property is not null && SaysSo(property);
    }

    private static bool SaysSo(MemberInfo member) =>
        member.IsDefined(typeof(IgnoreDataMemberAttribute), false) || member.IsDefined(typeof(IgnoreMemberAttribute), false);

    private static void Add(List<FieldInfo> fields, Type type, Type outermost)
    {
        if (type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType)) Add(fields, parent, outermost);
        var declared = type.GetFields(Declared);
        if (declared.Length == 0 || (type != outermost && BasePart.Covers(type))) return;
        if (type != outermost && FrameworkAssemblies.Contains(type)) throw Refused.Base(outermost, type);
        Array.Sort(declared, static (a, b) => a.MetadataToken.CompareTo(b.MetadataToken));
        foreach (var field in declared)
        {
            if (!IsLeftOut(field)) fields.Add(field);
        }
    }
}
