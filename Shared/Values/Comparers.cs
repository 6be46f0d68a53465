using MessagePack;

namespace ProcessPool.Values;

/// <summary>The comparers of dictionaries and sets that can be sent to another process, as numbers.</summary>
internal static class Comparers
{
    private const int Default = 0;

    /// <summary>Their numbers start at 1.</summary>
    private static readonly StringComparer[] Strings =
    [
        StringComparer.Ordinal, StringComparer.OrdinalIgnoreCase,
        StringComparer.InvariantCulture, StringComparer.InvariantCultureIgnoreCase,
    ];

    public static int NumberOf<T>(IEqualityComparer<T> comparer, Type collection) =>
        comparer.Equals(EqualityComparer<T>.Default) ? Default : NumberOf((object)comparer, collection);

    public static int NumberOf<T>(IComparer<T> comparer, Type collection) =>
        comparer.Equals(Comparer<T>.Default) ? Default : NumberOf((object)comparer, collection);

    /// <summary>The same for the comparer of a non-generic collection; null is the default.</summary>
    public static int NumberOf(System.Collections.IEqualityComparer? comparer, Type collection) =>
        comparer is null ? Default : NumberOf((object)comparer, collection);

    public static IEqualityComparer<T>? Read<T>(ref MessagePackReader reader) => Read<T, IEqualityComparer<T>>(ref reader);

    public static IComparer<T>? ReadOrder<T>(ref MessagePackReader reader) => Read<T, IComparer<T>>(ref reader);

    /// <inheritdoc cref="NumberOf(System.Collections.IEqualityComparer?, Type)"/>
    public static System.Collections.IEqualityComparer? ReadUntyped(ref MessagePackReader reader) =>
        Read<object, System.Collections.IEqualityComparer>(ref reader);

    /// <summary>Writes the comparer of a collection that can have no other than the default.</summary>
    public static void WriteDefault(ref MessagePackWriter writer) => writer.Write(Default);

    /// <summary>Reads what <see cref="WriteDefault"/> wrote.</summary>
    public static int ReadDefault(ref MessagePackReader reader) => (int)reader.ReadNumber(Default, Default, "the list of comparers");

    /// <summary>Sorts received elements. If two of them cannot be compared, they cannot come from a sorted collection.</summary>
    public static T Sorting<T>(Func<T> sort)
    {
        try
        {
            return sort();
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            throw new BrokenValueException($"The elements of {typeof(T)} cannot be sorted: {e.Message}");
        }
    }

    private static int NumberOf(object comparer, Type collection)
    {
        var index = Array.FindIndex(Strings, known => known.Equals(comparer));
        return index >= 0 ? index + 1 : throw Refused.Comparer(collection, comparer);
    }

    /// <summary>The number of a comparer that is itself the value.</summary>
    public static int NumberOf(StringComparer comparer) => NumberOf((object)comparer, typeof(StringComparer));

    public static StringComparer StringComparerOf(int number) => Strings[number - 1];

    private static TComparer? Read<T, TComparer>(ref MessagePackReader reader)
        where TComparer : class
    {
        var number = (int)reader.ReadNumber(Default, Strings.Length, "the list of comparers");
        if (number == Default) return null;
        return Strings[number - 1] as TComparer
            ?? throw new BrokenValueException($"Keys of {typeof(T)} are not compared as strings.");
    }
}
