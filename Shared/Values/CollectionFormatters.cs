using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MessagePack;

namespace ProcessPool.Values;

/// <summary>An array as an array of its elements.</summary>
/// <remarks>A large array is created in steps while its elements arrive, so they cannot refer to it.</remarks>
internal sealed class ArrayFormatter<T>(ValueFormatter<T> element) : ContentFormatter<T[]>
{
    protected override void WriteContent(ref MessagePackWriter writer, T[] value, MessagePackSerializerOptions options)
    {
        if (value.GetType() != typeof(T[])) throw Refused.RuntimeType(typeof(T[]), value.GetType());
        Elements.Write(ref writer, value, element, typeof(T[]), options);
    }

    protected override bool IsCreatedFirst(T[] value) => value.Length <= Elements.First<T>();

    protected override T[] ReadContent(ref MessagePackReader reader, ReadSlot slot, MessagePackSerializerOptions options) =>
        Elements.Read(ref reader, element, typeof(T[]), options, slot);
}

/// <summary>A list as an array of its elements.</summary>
internal sealed class ListFormatter<T>(ValueFormatter<T> element) : ContentFormatter<List<T>>
{
    protected override void WriteContent(ref MessagePackWriter writer, List<T> value, MessagePackSerializerOptions options)
    {
        if (value.GetType() != typeof(List<T>)) throw Refused.RuntimeType(typeof(List<T>), value.GetType());
        Elements.Write(ref writer, CollectionsMarshal.AsSpan(value), element, typeof(List<T>), options);
    }

    protected override bool IsCreatedFirst(List<T> value) => true;

    protected override List<T> ReadContent(ref MessagePackReader reader, ReadSlot slot, MessagePackSerializerOptions options)
    {
        var list = new List<T>();
        slot.Create(list);
        var elements = Elements.Read(ref reader, element, typeof(List<T>), options);
        CollectionsMarshal.SetCount(list, elements.Length);
        elements.CopyTo(CollectionsMarshal.AsSpan(list));
        return list;
    }
}

/// <summary>Writes and reads the elements of a collection one after the other.</summary>
internal static class Elements
{
    /// <summary>
    /// The largest size of a new array before its elements have been read: five bytes are enough to claim any number of elements.
    /// </summary>
    private const int FirstBytes = 64 * 1024;

    public static void Write<T>(ref MessagePackWriter writer, ReadOnlySpan<T> elements, ValueFormatter<T> formatter, Type collection, MessagePackSerializerOptions options)
    {
        ValueContext.Enter(options, collection);
        writer.WriteArrayHeader(elements.Length);
        var index = 0;
        try
        {
            for (; index < elements.Length; index++) formatter.Serialize(ref writer, elements[index], options);
        }
        catch (ValueException e) when (e.Passes(collection, $"[{index}]"))
        {
            throw;
        }

        ValueContext.Leave(options);
    }

    public static T[] Read<T>(ref MessagePackReader reader, ValueFormatter<T> formatter, Type collection, MessagePackSerializerOptions options, ReadSlot? slot = null)
    {
        ValueContext.Enter(ref reader);
        var count = reader.ReadArrayHeader();

        // A new array even if it is empty: two distinct arrays, for example in a set, must not become the same object.
        var elements = new T[Math.Min(count, First<T>())];
        if (count == elements.Length) slot?.Create(elements);
        var index = 0;
        try
        {
            for (; index < count; index++)
            {
                if (index == elements.Length) Array.Resize(ref elements, (int)Math.Min(count, 2L * index));
                elements[index] = formatter.Deserialize(ref reader, options);
            }
        }
        catch (Exception e) when (ValuePath.IsMissing(e, collection, $"[{index}]"))
        {
            throw ValuePath.With(e, collection, $"[{index}]");
        }

        ValueContext.Leave(ref reader);
        return elements;
    }

    public static int First<T>() => Math.Max(16, FirstBytes / Unsafe.SizeOf<T>());
}
