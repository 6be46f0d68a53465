namespace ProcessPool.MessagePack;

/// <summary>The comparers of dictionaries and sets that can be named to another process, by number.</summary>
internal static class Comparers
{
    private const int Default = 0;

    /// <summary>By number, from 1.</summary>
    private static readonly StringComparer[] Strings =
    [
        StringComparer.Ordinal, StringComparer.OrdinalIgnoreCase,
        StringComparer.InvariantCulture, StringComparer.InvariantCultureIgnoreCase,
    ];

    public static int NumberOf<T>(IEqualityComparer<T> comparer, Type collection)
    {
        if (comparer.Equals(EqualityComparer<T>.Default)) return Default;
        var index = Array.FindIndex(Strings, known => known.Equals(comparer));
        return index >= 0 ? index + 1 : throw Refused.Comparer(collection, comparer);
    }

    /// <summary>Of a comparer that is a value itself.</summary>
    public static int NumberOf(StringComparer comparer) => Array.FindIndex(Strings, known => known.Equals(comparer)) is var index and >= 0
        ? index + 1
        : throw Refused.Comparer(typeof(StringComparer), comparer);

    public static StringComparer StringComparerOf(int number) => Strings[number - 1];

    public static IEqualityComparer<T>? Read<T>(MessagePackReader reader)
    {
        var number = (int)reader.ReadInt64(Default, Strings.Length, "the list of comparers");
        if (number == Default) return null;
        return Strings[number - 1] as IEqualityComparer<T>
            ?? throw new MessagePackException($"Keys of {typeof(T)} are not compared as strings.");
    }
}
