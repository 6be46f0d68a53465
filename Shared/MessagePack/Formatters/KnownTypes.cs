using System.Runtime.Serialization;

namespace ProcessPool.MessagePack;

/// <summary>The derived types that a class lists with <see cref="KnownTypeAttribute"/>.</summary>
internal static class KnownTypes
{
    public static bool AnyOn(Type type) =>
        type.IsClass && type.IsDefined(typeof(KnownTypeAttribute), false) && !FrameworkAssemblies.Contains(type);

    /// <summary>The listed types in the order of the list, which is the same in both processes.</summary>
    /// <exception cref="ValueException">A listed type cannot be created in place of the class.</exception>
    public static List<Type> Of(Type type)
    {
        var types = new List<Type>();
        foreach (var attribute in type.GetCustomAttributes(typeof(KnownTypeAttribute), false))
        {
            if (((KnownTypeAttribute)attribute).Type is not { } known || known == type) continue;
            if (known.IsAbstract || known.ContainsGenericParameters || !known.IsSubclassOf(type)) throw Refused.NotAKnownType(type, known);
            types.Add(known);
        }

        if (types.Count == 0 && type.IsAbstract) throw Refused.Abstract(type);
        return types;
    }
}
