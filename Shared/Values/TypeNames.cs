using System.Text;

namespace ProcessPool.Values;

/// <summary>Names of types and fields as they appear in source code.</summary>
internal static class TypeNames
{
    /// <summary>Without namespace: <c>Order</c>, <c>List&lt;Order&gt;</c>, <c>Order[]</c>.</summary>
    public static string Short(Type type) => Append(new StringBuilder(), type, full: false).ToString();

    /// <summary>With namespace: <c>System.IO.Stream</c>, <c>System.Lazy&lt;System.Int32&gt;</c>.</summary>
    public static string Full(Type type) => Append(new StringBuilder(), type, full: true).ToString();

    /// <summary>The source name of the element that the compiler generated a field for.</summary>
    public static string OfField(string name)
    {
        // <Name>k__BackingField of a property, <Name>i__Field of an anonymous type, <name>P of a primary constructor's parameter,
        // Name@ of a property or of a record's field in F#.
        var close = name.Length > 1 && name[0] == '<' ? name.IndexOf('>') : -1;
        if (close > 1) return name[1..close];
        if (name.Length > 1 && name.EndsWith('@')) return name[..^1];
        if (name.StartsWith("$VB$", StringComparison.Ordinal)) return OfVisualBasic(name);
        if (name.EndsWith("__this", StringComparison.Ordinal)) return "this";
        return name.StartsWith("m_", StringComparison.Ordinal) ? name[2..] : name;
    }

    /// <summary>$VB$Local_name of a captured variable or parameter, $VB$Me of the object.</summary>
    private static string OfVisualBasic(string name)
    {
        const string Local = "$VB$Local_";
        if (name.StartsWith(Local, StringComparison.Ordinal)) return name[Local.Length..];
        return name == "$VB$Me" ? "Me" : name;
    }

    private static StringBuilder Append(StringBuilder text, Type type, bool full)
    {
        if (type.HasElementType)
        {
            Append(text, type.GetElementType()!, full);
            if (type.IsPointer) return text.Append('*');
            return type.IsArray ? text.Append('[').Append(',', type.GetArrayRank() - 1).Append(']') : text.Append('&');
        }

        if (Nullable.GetUnderlyingType(type) is { } underlying) return Append(text, underlying, full).Append('?');
        if (full && !type.IsGenericParameter && type.Namespace is { } ns) text.Append(ns).Append('.');
        var arguments = type.IsGenericType ? type.GetGenericArguments() : [];
        return AppendOwnName(text, type, arguments, full);
    }

    private static StringBuilder AppendOwnName(StringBuilder text, Type type, Type[] arguments, bool full)
    {
        // A nested type repeats the generic parameters of the enclosing types. Each name shows only its own.
        var outer = type.IsGenericParameter ? null : type.DeclaringType;
        var first = outer is null ? 0 : Math.Min(outer.GetGenericArguments().Length, arguments.Length);
        if (outer is not null && full) AppendOwnName(text, outer, arguments[..first], full).Append('.');
        var tick = type.Name.IndexOf('`');
        text.Append(tick < 0 ? type.Name : type.Name.AsSpan(0, tick));
        if (first == arguments.Length) return text;
        text.Append('<');
        for (var i = first; i < arguments.Length; i++)
        {
            if (i > first) text.Append(", ");
            Append(text, arguments[i], full);
        }

        return text.Append('>');
    }
}
