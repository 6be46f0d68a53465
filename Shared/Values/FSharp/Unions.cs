using System.Reflection;
using System.Reflection.Metadata;
using ProcessPool.Functions;

namespace ProcessPool.Values;

/// <summary>
/// What the type of an F# union says about its cases: the static method that creates each, and the fields that it has. So both
/// processes know the cases, and no names of types are sent.
/// </summary>
internal static class Unions
{
    private const BindingFlags Own = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    /// <summary>Whether the type is a union. The attribute is looked at only if there is a tag, because that takes longer.</summary>
    public static bool Contain(Type type) =>
        type is { IsInterface: false, IsEnum: false, IsPrimitive: false } && TagOf(type) is not null && SourceConstruct.Of(type) is { Kind: SourceConstruct.Union };

    /// <summary>
    /// The method that returns the tag of a value. It is static for unions that have null among their values, such as options.
    /// </summary>
    public static MethodInfo? TagOf(Type type)
    {
        var tag = type.GetMethod("get_Tag", Own | BindingFlags.Instance, Type.EmptyTypes) ?? type.GetMethod("GetTag", Own | BindingFlags.Static, [type]);
        return tag?.ReturnType == typeof(int) ? tag : null;
    }

    /// <summary>The methods that create the cases, by tag.</summary>
    /// <exception cref="ValueException">There is not one for each.</exception>
    public static MethodInfo[] Makers(Type union)
    {
        var makers = new SortedDictionary<int, MethodInfo>();
        foreach (var method in union.GetMethods(Own | BindingFlags.Static))
        {
            if (SourceConstruct.Of(method) is { Kind: SourceConstruct.UnionCase } maker && !makers.TryAdd(maker.Sequence, method)) throw Refused.UnknownUnion(union);
        }

        return makers.Count > 0 && makers.Keys.SequenceEqual(Enumerable.Range(0, makers.Count)) ? [.. makers.Values] : throw Refused.UnknownUnion(union);
    }

    /// <summary>The properties of the fields of a case, in their order.</summary>
    /// <param name="caseType">The class of the case: the union itself, or a class within it.</param>
    /// <param name="tag">The tag of the case.</param>
    public static PropertyInfo[] Fields(Type caseType, int tag)
    {
        var fields = new SortedDictionary<int, PropertyInfo>();
        foreach (var property in caseType.GetProperties(Own | BindingFlags.Instance))
        {
            if (SourceConstruct.Of(property) is { Kind: SourceConstruct.Field } field && field.Variant == tag) fields[field.Sequence] = property;
        }

        return [.. fields.Values];
    }

    /// <summary>The field that a property of <see cref="Fields"/> returns, which is all that its getter does.</summary>
    /// <exception cref="ValueException">The getter does something else.</exception>
    public static FieldInfo FieldOf(PropertyInfo property, Type union)
    {
        var getter = property.GetGetMethod(nonPublic: true);
        var code = getter?.GetMethodBody()?.GetILAsByteArray();
        if (code is null) throw Refused.UnknownUnion(union);
        var loads = IlReader.Decode(code).FindAll(static each => each.OpCode.Value == (short)ILOpCode.Ldfld);
        var type = property.DeclaringType!;
        var field = loads.Count == 1 ? getter!.Module.ResolveField(loads[0].Operand, type.IsGenericType ? type.GetGenericArguments() : null, null) : null;
        return field is not null && field.FieldType == property.PropertyType ? field : throw Refused.UnknownUnion(union);
    }
}
