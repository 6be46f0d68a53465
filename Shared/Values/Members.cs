using System.Reflection;
using System.Runtime.Serialization;
using MessagePack;

namespace ProcessPool.Values;

/// <summary>The fields of a type that are sent, in their order.</summary>
internal static class Members
{
    private const BindingFlags Declared =
        BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    /// <summary>
    /// FieldAttributes.NotSerialized, which marks [NonSerialized] fields. Only that name is obsolete, not the flag.
    /// </summary>
    private const int NotSerialized = 0x80;

    /// <summary>
    /// All instance fields except those left out and those of a <see cref="BasePart"/>. Those of the base class come first, and
    /// those of each class are in metadata order.
    /// </summary>
    /// <exception cref="ValueException">The type inherits fields from a framework class, whose private state is not
    /// sent.</exception>
    public static FieldInfo[] Of(Type type)
    {
        var fields = new List<FieldInfo>();
        Add(fields, type, type);
        return [.. fields];
    }

    public static bool IsLeftOut(FieldInfo field)
    {
        if (((int)field.Attributes & NotSerialized) != 0 || SaysSo(field)) return true;
        if (!field.Name.EndsWith(">k__BackingField", StringComparison.Ordinal) && !field.Name.EndsWith('@')) return false;
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
