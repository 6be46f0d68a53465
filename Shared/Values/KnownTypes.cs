using System.Reflection;
using System.Runtime.Serialization;

namespace ProcessPool.Values;

/// <summary>The derived types that a class lists with <see cref="KnownTypeAttribute"/>.</summary>
internal static class KnownTypes
{
    private const BindingFlags Static = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    public static bool AnyOn(Type type) =>
        type.IsClass && type.IsDefined(typeof(KnownTypeAttribute), false) && !FrameworkAssemblies.Contains(type);

    /// <summary>The listed types in the order of the list, which is the same in both processes.</summary>
    /// <exception cref="ValueException">A listed type is not a concrete class derived from the class.</exception>
    public static List<Type> Of(Type type)
    {
        var types = new List<Type>();
        foreach (KnownTypeAttribute attribute in type.GetCustomAttributes(typeof(KnownTypeAttribute), false))
        {
            foreach (var known in attribute.MethodName is { } method ? Listed(type, method) : [attribute.Type!])
            {
                if (known == type || types.Contains(known)) continue;
                if (known.IsAbstract || known.ContainsGenericParameters || !known.IsSubclassOf(type)) throw Refused.NotAKnownType(type, known);
                types.Add(known);
            }
        }

        if (types.Count == 0 && type.IsAbstract) throw Refused.Abstract(type);
        return types;
    }

    /// <summary>The types that the class's own method lists. It must return the same types in both processes.</summary>
    private static IEnumerable<Type> Listed(Type type, string name)
    {
        var method = type.GetMethod(name, Static, Type.EmptyTypes);
        if (method is null || !method.ReturnType.IsAssignableTo(typeof(IEnumerable<Type>))) throw Refused.KnownTypeMethod(type, name);
        try
        {
            // Enumerate all of it here, where its exceptions are caught.
            return [.. (IEnumerable<Type>)method.Invoke(null, BindingFlags.DoNotWrapExceptions, null, null, null)!];
        }
        catch (Exception e)
        {
            throw Refused.KnownTypeMethod(type, name, e);
        }
    }
}
