using System.Collections;

namespace ProcessPool.Tests.Properties.Generated;

// How values are made.
internal sealed partial record TypeConstructor
{
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

    /// <summary>A collection without an order, in which several pairs would come back in another one.</summary>
    private static object OfOnePair(Type type, RandomValues values)
    {
        var dictionary = (IDictionary)OfPairs(type, values);
        foreach (var key in dictionary.Keys.Cast<object>().Skip(1).ToArray()) dictionary.Remove(key);
        return dictionary;
    }

    /// <summary>With a constructor that takes an array of its elements.</summary>
    private static object AroundElements(Type type, RandomValues values) =>
        Activator.CreateInstance(type, values.MakeElements(type.GetGenericArguments()[0]))!;

    private static object AroundPairs(Type type, RandomValues values) =>
        Activator.CreateInstance(type, OfPairs(As(typeof(Dictionary<,>), type), values))!;

    private static object CreatedFromElements(Type type, RandomValues values) =>
        Create(type, values.MakeElements(type.GetGenericArguments()[0]));

    private static object CreatedFromPairs(Type type, RandomValues values) =>
        Create(type, OfPairs(As(typeof(Dictionary<,>), type), values));

    /// <summary>Strings that are different may still have the same place in the order, such as those of invisible characters only.</summary>
    private static object CreatedFromSortedPairs(Type type, RandomValues values) =>
        Create(type, OfPairs(As(typeof(SortedDictionary<,>), type), values));

    /// <inheritdoc cref="OfOnePair"/>
    private static object CreatedFromOneElement(Type type, RandomValues values)
    {
        var elements = Array.CreateInstance(type.GetGenericArguments()[0], 1);
        elements.SetValue(values.Make(type.GetGenericArguments()[0]), 0);
        return Create(type, elements);
    }

    /// <inheritdoc cref="OfOnePair"/>
    private static object CreatedFromOnePair(Type type, RandomValues values) =>
        Create(type, OfOnePair(As(typeof(Dictionary<,>), type), values));

    /// <summary>By the class of the same name that is not generic: <c>CreateRange(content)</c>, <c>ToFrozen…(content, null)</c>.</summary>
    private static object Create(Type type, object content)
    {
        var definition = type.GetGenericTypeDefinition();
        var factory = definition.Assembly.GetType(definition.FullName!.Split('`')[0], throwOnError: true)!;
        var isFrozen = factory.Namespace == "System.Collections.Frozen";
        var method = factory.GetMethods().Single(method =>
            method.Name == (isFrozen ? $"To{factory.Name}" : "CreateRange")
            && method.GetParameters() is [{ ParameterType.Name: "IEnumerable`1" }, .. var rest] && rest.Length == (isFrozen ? 1 : 0));
        var create = method.MakeGenericMethod(type.GetGenericArguments());
        return create.Invoke(null, isFrozen ? [content, null] : [content])!;
    }

    /// <summary>Another collection of the same arguments.</summary>
    private static Type As(Type definition, Type type) => definition.MakeGenericType(type.GetGenericArguments());

    private static object Table(Type type, RandomValues values)
    {
        var elements = values.MakeElements(type.GetElementType()!);
        var rows = elements.Length % 3 == 0 ? 3 : 1;
        var table = Array.CreateInstance(type.GetElementType()!, rows, elements.Length / rows);
        for (var i = 0; i < elements.Length; i++) table.SetValue(elements.GetValue(i), i / table.GetLength(1), i % table.GetLength(1));
        return table;
    }

    /// <summary>An object all of whose fields are filled, private and inherited ones too.</summary>
    internal static object Fields(Type type, RandomValues values)
    {
        var value = System.Runtime.CompilerServices.RuntimeHelpers.GetUninitializedObject(type);
        if (!type.IsValueType) values.Add(value);
        foreach (var field in Structure.FieldsOf(type)) field.SetValue(value, values.Make(field.FieldType));
        return value;
    }
}
