using System.Collections;

namespace ProcessPool.Tests.Properties.Generated;

/// <summary>A generic type, and how a value of one made from it is filled.</summary>
/// <param name="Definition">The open type; of arrays <see cref="Array"/> stands for it.</param>
/// <param name="Make">Makes a value of the closed type.</param>
/// <param name="Fits">Whether it can be made from these arguments; null if it can from any.</param>
internal sealed record TypeConstructor(Type Definition, Func<Type, RandomValues, object> Make, Func<Type[], bool>? Fits = null)
{
    /// <summary>
    /// All that types are composed with. To have more kinds of collection tested, add a line: with <see cref="OfElements"/>
    /// what has a constructor or an Add for its elements, with <see cref="Fields"/> what travels as its fields.
    /// </summary>
    public static readonly TypeConstructor[] All =
    [
        new(typeof(Array), (type, values) => values.MakeElements(type.GetElementType()!)),
        new(typeof(List<>), OfElements),
        new(typeof(HashSet<>), OfElements),
        new(typeof(Dictionary<,>), OfPairs, arguments => CanBeKey(arguments[0])),
        new(typeof(Nullable<>), (type, values) => values.Make(type.GetGenericArguments()[0])!, arguments => IsPlainStruct(arguments[0])),
        new(typeof(KeyValuePair<,>), Fields),
        new(typeof(ValueTuple<>), Fields),
        new(typeof(ValueTuple<,>), Fields),
        new(typeof(ValueTuple<,,,,>), Fields),
        new(typeof(ValueTuple<,,,,,,,>), Fields, arguments => arguments[7].Name.StartsWith("ValueTuple`", StringComparison.Ordinal)),
        new(typeof(Tuple<>), Fields),
        new(typeof(Tuple<,,>), Fields),
        new(typeof(Box<>), Fields),
        new(typeof(Twin<,>), Fields),
        new(typeof(Noted<>), Fields),
        new(typeof(Derived<>), Fields),
        new(typeof(Outer<>.Inner<>), Fields),
        new(typeof(Slim<>), Fields),
    ];

    private static readonly Dictionary<Type, TypeConstructor> ByDefinition = All.ToDictionary(constructor => constructor.Definition);

    public int Arity => Definition == typeof(Array) ? 1 : Definition.GetGenericArguments().Length;

    public static TypeConstructor? Of(Type type) =>
        type.IsArray ? ByDefinition[typeof(Array)] : type.IsGenericType ? ByDefinition.GetValueOrDefault(type.GetGenericTypeDefinition()) : null;

    public Type Close(Type[] arguments) => Definition == typeof(Array) ? arguments[0].MakeArrayType() : Definition.MakeGenericType(arguments);

    /// <summary>A collection with an Add for one element.</summary>
    private static object OfElements(Type type, RandomValues values)
    {
        var collection = Activator.CreateInstance(type)!;
        var add = type.GetMethod("Add")!;
        foreach (var element in values.MakeElements(type.GetGenericArguments()[0])) add.Invoke(collection, [element]);
        return collection;
    }

    private static object OfPairs(Type type, RandomValues values)
    {
        var dictionary = (IDictionary)Activator.CreateInstance(type)!;
        var arguments = type.GetGenericArguments();
        foreach (var key in values.MakeElements(arguments[0]))
        {
            if (key is not null) dictionary[key] = values.Make(arguments[1]);
        }

        return dictionary;
    }

    /// <summary>An object all of whose fields are filled, private and inherited ones too.</summary>
    internal static object Fields(Type type, RandomValues values)
    {
        var value = System.Runtime.CompilerServices.RuntimeHelpers.GetUninitializedObject(type);
        foreach (var field in Structure.FieldsOf(type)) field.SetValue(value, values.Make(field.FieldType));
        return value;
    }

    private static bool IsPlainStruct(Type type) => type.IsValueType && Nullable.GetUnderlyingType(type) is null;

    private static bool CanBeKey(Type type) => Nullable.GetUnderlyingType(type) is null;
}
