using System.Collections;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ProcessPool.Tests.Formatters;

/// <summary>Compares two values in every way that a program could notice.</summary>
internal static class Exactly
{
    public static bool Same(object? one, object? other)
    {
        if (one is null || other is null) return one is null && other is null;
        if (one.GetType() != other.GetType() && one is not (JsonValue or IPAddress)) return false;
        return one switch
        {
            Array array => SameArrays(array, (Array)other),
            string => one.Equals(other),
            ITuple tuple => SameTuples(tuple, (ITuple)other),
            Regex => Same((one.ToString(), ((Regex)one).Options, ((Regex)one).MatchTimeout), (other.ToString(), ((Regex)other).Options, ((Regex)other).MatchTimeout)),
            StringBuilder text => text.Equals((StringBuilder)other) && text.MaxCapacity == ((StringBuilder)other).MaxCapacity,
            JsonDocument json => json.RootElement.GetRawText() == ((JsonDocument)other).RootElement.GetRawText(),
            JsonElement { ValueKind: not JsonValueKind.Undefined } json => json.GetRawText() == ((JsonElement)other).GetRawText(),
            JsonNode json => json.ToJsonString() == ((JsonNode)other).ToJsonString(),
            FileSystemInfo file => Same((file.FullName, file.ToString()), (((FileSystemInfo)other).FullName, other.ToString())),
            DriveInfo drive => drive.Name == ((DriveInfo)other).Name,
            BitArray bits => bits.Cast<bool>().SequenceEqual(((BitArray)other).Cast<bool>()),
            DictionaryEntry entry => Same(entry.Key, ((DictionaryEntry)other).Key) && Same(entry.Value, ((DictionaryEntry)other).Value),
            IEnumerable elements => SameParts(one, other) && SameElements(elements, (IEnumerable)other),
            float number => BitConverter.SingleToInt32Bits(number) == BitConverter.SingleToInt32Bits((float)other),
            double number => BitConverter.DoubleToInt64Bits(number) == BitConverter.DoubleToInt64Bits((double)other),
            decimal number => decimal.GetBits(number).SequenceEqual(decimal.GetBits((decimal)other)),
            DateTime time => time.Equals(other) && time.Kind == ((DateTime)other).Kind,
            DateTimeOffset time => time.EqualsExact((DateTimeOffset)other),
            Lock => !ReferenceEquals(one, other),
            _ when one.GetType() == typeof(object) => !ReferenceEquals(one, other),
            _ when Is(one, typeof(KeyValuePair<,>)) => SameParts(one, other),
            _ when Is(one, typeof(PriorityQueue<,>)) => SameParts(one, other),
            _ when Is(one, typeof(Memory<>)) || Is(one, typeof(ReadOnlyMemory<>)) => SameMemory(one, other),
            _ => one.Equals(other),
        };
    }

    private static bool SameArrays(Array one, Array other)
    {
        for (var i = 0; i < one.Rank; i++)
        {
            if (one.GetLowerBound(i) != other.GetLowerBound(i) || one.GetLength(i) != other.GetLength(i)) return false;
        }

        return SameElements(one, other);
    }

    private static bool SameTuples(ITuple one, ITuple other) =>
        one.Length == other.Length && Enumerable.Range(0, one.Length).All(i => Same(one[i], other[i]));

    private static bool SameElements(IEnumerable one, IEnumerable other)
    {
        if (IsDefault(one) || IsDefault(other)) return IsDefault(one) && IsDefault(other);
        var left = one.Cast<object?>().ToList();
        var right = other.Cast<object?>().ToList();
        if (HasNoOrder(one)) (left, right) = ([.. left.OrderBy(NameOf)], [.. right.OrderBy(NameOf)]);
        return left.Count == right.Count && left.Zip(right).All(pair => Same(pair.First, pair.Second));
    }

    /// <summary>An immutable array, or a part of one, that was never set throws where it is enumerated.</summary>
    private static bool IsDefault(IEnumerable collection) =>
        collection.GetType() is { IsValueType: true } type && collection.Equals(Activator.CreateInstance(type));

    /// <summary>It promises none, and has another one in each process where keys are text.</summary>
    private static bool HasNoOrder(IEnumerable collection)
    {
        var name = collection.GetType().FullName!;
        return collection is Hashtable || name.Contains(".Frozen.") || name.StartsWith("System.Collections.Immutable.ImmutableHashSet`")
            || name.StartsWith("System.Collections.Immutable.ImmutableDictionary`") || name.Contains(".ConcurrentDictionary`");
    }

    private static string? NameOf(object? element) => element is DictionaryEntry entry ? entry.Key.ToString() : element?.ToString();

    private static bool SameMemory(object one, object other)
    {
        var unset = Activator.CreateInstance(one.GetType());
        var toArray = one.GetType().GetMethod("ToArray")!;
        return one.Equals(unset) == other.Equals(unset) && Same(toArray.Invoke(one, null), toArray.Invoke(other, null));
    }

    private static bool Is(object value, Type definition) => value.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == definition;

    /// <summary>What a collection is besides its elements.</summary>
    private static bool SameParts(object one, object other)
    {
        string[] names = ["Key", "Value", "Comparer", "KeyComparer", "ValueComparer", "IsReadOnly", "IsFixedSize", "UnorderedItems"];
        return names.All(name => one.GetType().GetProperty(name) is not { } property || Same(property.GetValue(one), property.GetValue(other)));
    }
}
