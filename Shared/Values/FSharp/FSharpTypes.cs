using System.Reflection;

namespace ProcessPool.Values;

/// <summary>
/// Finds the formatters of F#'s own types and of unions that users declare in F#. They are known by their names and attributes,
/// because this library does not refer to FSharp.Core, of which each program has its own version.
/// </summary>
internal static class FSharpTypes
{
    private const string Core = "Microsoft.FSharp.Core";
    private const string Collections = "Microsoft.FSharp.Collections";

    public static ValueFormatter? Find(Type type, FormatterBuilder builder)
    {
        if (type.Namespace is Core or Collections && type.DeclaringType is null) return OfCore(type, builder);
        return !FrameworkAssemblies.Contains(type) && Unions.Contain(type) ? FormatterBuilder.New(typeof(UnionFormatter<>), [type]) : null;
    }

    /// <summary>Whether it is F#'s <c>Async</c>.</summary>
    public static bool IsAsync(Type type) => type is { Namespace: "Microsoft.FSharp.Control", Name: "FSharpAsync`1" };

    /// <summary>Whether it is what functions such as <c>sprintf</c> keep of a format until they have its arguments.</summary>
    public static bool IsFormat(Type type) => type is { Namespace: Core, DeclaringType.Name: "PrintfImpl" };

    /// <summary>Whether it is the type of F#'s functions, or a class derived from it.</summary>
    public static bool IsFunction(Type type) => FunctionOf(type) is not null;

    /// <summary>The type of F#'s functions that a class is or derives from: <c>FSharpFunc</c> with the types of its argument and result.</summary>
    public static Type? FunctionOf(Type type)
    {
        for (Type? at = type; at is not null; at = at.BaseType)
        {
            if (at is { Name: "FSharpFunc`2", Namespace: Core, DeclaringType: null }) return at;
        }

        return null;
    }

    /// <summary>
    /// Whether the F# compiler generated the class for a function value, or for a lambda that became a delegate. Such a class has
    /// a field for each variable that the code uses, and for nothing else.
    /// </summary>
    public static bool IsClosure(Type type)
    {
        if (!type.IsClass || type.IsAbstract) return false;
        if (IsFunction(type) || type.BaseType is { Name: "FSharpTypeFunc", Namespace: Core }) return true;
        return type.Name.Contains('@') && SourceConstruct.Of(type) is { Kind: SourceConstruct.Closure };
    }

    private static ValueFormatter? OfCore(Type type, FormatterBuilder builder)
    {
        var arguments = type.IsGenericType ? type.GetGenericArguments() : [];
        return type.Name switch
        {
            "Unit" => FormatterBuilder.New(typeof(UnitFormatter<>), [type]),
            "FSharpRef`1" => FormatterBuilder.New(typeof(ObjectFormatter<>), [type]),
            "FSharpList`1" => Collection(typeof(FSharpListFormatter<,>), type, arguments, builder),
            "FSharpSet`1" => Collection(typeof(FSharpSetFormatter<,>), type, arguments, builder),
            "FSharpMap`2" => Collection(typeof(FSharpMapFormatter<,,>), type, arguments, builder),
            _ => Unions.Contain(type) ? FormatterBuilder.New(typeof(UnionFormatter<>), [type]) : null,
        };
    }

    /// <summary>The formatter gets the method that creates the collection from an array, such as <c>ListModule.OfArray</c>.</summary>
    private static ValueFormatter? Collection(Type formatter, Type type, Type[] arguments, FormatterBuilder builder)
    {
        var name = type.Name["FSharp".Length..type.Name.IndexOf('`')];
        var make = type.Assembly.GetType($"{Collections}.{name}Module")?.GetMethod("OfArray", BindingFlags.Static | BindingFlags.Public)?.MakeGenericMethod(arguments);
        return make?.ReturnType == type ? FormatterBuilder.New(formatter, [type, .. arguments], builder, make) : null;
    }
}
