namespace ProcessPool.Values;

/// <summary>Refuses the types that cannot have a formatter.</summary>
internal static class Unsendable
{
    public static void Check(Type type)
    {
        if (type.IsPointer || type.IsFunctionPointer || type.IsByRef || type == typeof(nint) || type == typeof(nuint))
            throw Refused.Address(type);
        if (type == typeof(void)) throw Refused.Framework(type);
        if (type.ContainsGenericParameters) throw Refused.OpenGeneric(type);
        if (type.IsByRefLike) throw Refused.Stack(type);
    }
}
