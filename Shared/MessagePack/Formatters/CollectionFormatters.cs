using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ProcessPool.MessagePack;

/// <summary>An array as an array of its elements.</summary>
internal sealed class ArrayFormatter<T>(Formatter<T> element) : Formatter<T[]?>
{
    public override void Write(MessagePackWriter writer, T[]? value)
    {
        if (value is null)
        {
            writer.WriteNil();
            return;
        }

        if (value.GetType() != typeof(T[])) throw Refused.RuntimeType(typeof(T[]), value.GetType());
        Elements.Write(writer, value, element, typeof(T[]));
    }

    public override T[]? Read(MessagePackReader reader) => reader.TryReadNil() ? null : Elements.Read(reader, element, typeof(T[]));
}

/// <summary>A list as an array of its elements.</summary>
internal sealed class ListFormatter<T>(Formatter<T> element) : Formatter<List<T>?>
{
    public override void Write(MessagePackWriter writer, List<T>? value)
    {
        if (value is null)
        {
            writer.WriteNil();
            return;
        }

        if (value.GetType() != typeof(List<T>)) throw Refused.RuntimeType(typeof(List<T>), value.GetType());
        Elements.Write(writer, CollectionsMarshal.AsSpan(value), element, typeof(List<T>));
    }

    public override List<T>? Read(MessagePackReader reader)
    {
        if (reader.TryReadNil()) return null;
        var elements = Elements.Read(reader, element, typeof(List<T>));
        var list = new List<T>();
        CollectionsMarshal.SetCount(list, elements.Length);
        elements.CopyTo(CollectionsMarshal.AsSpan(list));
        return list;
    }
}

/// <summary>The elements of a collection, one after the other.</summary>
internal static class Elements
{
    /// <summary>What an array may take before its elements have come: its count costs the sender five bytes only.</summary>
    private const int FirstBytes = 64 * 1024;

    public static void Write<T>(MessagePackWriter writer, ReadOnlySpan<T> elements, Formatter<T> formatter, Type collection)
    {
        if (!writer.TryEnter()) throw Refused.TooDeep(collection);
        writer.WriteArrayHeader(elements.Length);
        var index = 0;
        try
        {
            for (; index < elements.Length; index++) formatter.Write(writer, elements[index]);
        }
        catch (ValueException e) when (e.Passes(collection, $"[{index}]"))
        {
            throw;
        }

        writer.Leave();
    }

    public static T[] Read<T>(MessagePackReader reader, Formatter<T> formatter, Type collection)
    {
        reader.Enter();
        var count = reader.ReadArrayHeader();

        // One of its own even if it is empty: two that were two, in a set for one, must not become one.
        var elements = new T[Math.Min(count, First<T>())];
        var index = 0;
        try
        {
            for (; index < count; index++)
            {
                if (index == elements.Length) Array.Resize(ref elements, (int)Math.Min(count, 2L * index));
                elements[index] = formatter.Read(reader);
            }
        }
        catch (ValueException e) when (e.Passes(collection, $"[{index}]"))
        {
            throw;
        }
        catch (MessagePackException e) when (e.Passes(collection, $"[{index}]"))
        {
            throw;
        }

        reader.Leave();
        return elements;
    }

    public static int First<T>() => Math.Max(16, FirstBytes / Unsafe.SizeOf<T>());
}
