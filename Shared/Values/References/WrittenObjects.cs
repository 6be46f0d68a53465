using System.Runtime.CompilerServices;
using MessagePack;

namespace ProcessPool.Values;

/// <summary>The objects of the value that is being written, with their numbers, so that each is written once.</summary>
internal sealed class WrittenObjects
{
    /// <summary>As many objects are found by comparing all of them. That costs less than their hash codes.</summary>
    private const int Few = 8;

    /// <summary>A table that grew larger is released after its value.</summary>
    private const int Kept = 4096;

    private Entry[] _entries = new Entry[Few];
    private int _count;

    /// <summary>The numbers of the objects plus 1, by their hash codes; empty while there are few.</summary>
    private int[] _buckets = [];

    /// <summary>The innermost value whose creation needs complete content, while that is being written.</summary>
    private Needing _needing;

    private enum State : byte
    {
        /// <summary>Its content is being written. The reader creates it first.</summary>
        Open,

        /// <summary>Its content is being written. The reader creates it afterwards.</summary>
        OpenAndMissing,

        Closed,
    }

    /// <summary>Whether the content of objects can be written after the value.</summary>
    public required bool MayFollow { get; init; }

    /// <summary>The objects whose content is written after the value; null if there are none.</summary>
    public Queue<Following>? Followers { get; private set; }

    /// <summary>Adds an object.</summary>
    /// <returns>Its number if it is new; otherwise the complement of its number.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Add(object value) => _buckets.Length > 0 ? AddHashed(value) : AddCompared(value);

    private int AddCompared(object value)
    {
        var entries = _entries;
        var count = _count;
        for (var i = 0; i < count; i++)
        {
            if (ReferenceEquals(entries[i].Object, value)) return ~i;
        }

        if (count == Few) return AddHashed(value);
        entries[count].Object = value;
        _count = count + 1;
        return count;
    }

    /// <summary>The content of a new object is about to be written, and the reader creates the object afterwards.</summary>
    public void OpenMissing(int number) => _entries[number].State = State.OpenAndMissing;

    /// <summary>The content is written.</summary>
    public void Close(int number) => _entries[number].State = State.Closed;

    /// <summary>Content is about to be written that must be complete when a value of this type is created from it.</summary>
    /// <returns>What <see cref="EndNeeding"/> takes.</returns>
    public Needing StartNeeding(Type type)
    {
        var outer = _needing;
        _needing = new Needing(type, _count);
        return outer;
    }

    public void EndNeeding(Needing outer) => _needing = outer;

    /// <summary>Writes a reference to an object that was met before.</summary>
    /// <exception cref="ValueException">The reader could not follow it, because the object does not exist yet or is not complete.</exception>
    public void WriteReference(ref MessagePackWriter writer, int number)
    {
        ref var entry = ref _entries[number];
        if (entry.State == State.OpenAndMissing) throw Refused.Cycle(entry.Object.GetType(), entry.Object.GetType());
        if (entry.State == State.Open && number < _needing.Objects) throw Refused.Cycle(entry.Object.GetType(), _needing.Type!);
        ReferenceCode.Write(ref writer, number);
    }

    /// <summary>Writes a reference to a new object whose content follows after the value.</summary>
    public void WriteFollowing(ref MessagePackWriter writer, int number, IFollowingFormatter formatter)
    {
        if (_needing.Objects > 0) throw Refused.TooDeep(formatter.Type);
        Followers ??= new();
        Followers.Enqueue(new Following(number, _entries[number].Object, formatter));
        ReferenceCode.Write(ref writer, number);
    }

    /// <summary>Forgets all objects.</summary>
    public void Clear()
    {
        if (_count > Kept)
        {
            _entries = new Entry[Few];
            _buckets = [];
        }
        else
        {
            Array.Clear(_entries, 0, _count);
            if (_buckets.Length > 0) _buckets = _count > Few * Few ? _buckets : [];
            Array.Clear(_buckets);
        }

        _count = 0;
        _needing = default;
        Followers = null;
    }

    private int AddHashed(object value)
    {
        var count = _count;
        if (2 * count >= _buckets.Length) Rehash();
        var entries = _entries;
        var buckets = _buckets;
        var place = RuntimeHelpers.GetHashCode(value) & (buckets.Length - 1);
        for (int taken; (taken = buckets[place]) > 0; place = (place + 1) & (buckets.Length - 1))
        {
            if (ReferenceEquals(entries[taken - 1].Object, value)) return ~(taken - 1);
        }

        if (count == entries.Length) Array.Resize(ref _entries, 2 * count);
        _entries[count].Object = value;
        buckets[place] = _count = count + 1;
        return count;
    }

    private void Rehash()
    {
        _buckets = new int[Math.Max(8 * Few, 2 * _buckets.Length)];
        for (var i = 0; i < _count; i++)
        {
            var place = RuntimeHelpers.GetHashCode(_entries[i].Object) & (_buckets.Length - 1);
            while (_buckets[place] > 0) place = (place + 1) & (_buckets.Length - 1);
            _buckets[place] = i + 1;
        }
    }

    private struct Entry
    {
        public object Object;
        public State State;
    }
}

/// <summary>A value whose creation needs complete content.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Objects">How many objects were met before its content. Those of them that are not complete must not occur in it.</param>
internal readonly record struct Needing(Type? Type, int Objects);

/// <summary>An object whose content follows after the value that refers to it.</summary>
internal readonly record struct Following(int Number, object Object, IFollowingFormatter Formatter);

/// <summary>A formatter of objects whose content can follow after the value, so that long chains of them need no stack.</summary>
internal interface IFollowingFormatter
{
    /// <summary>The type of the objects.</summary>
    Type Type { get; }

    /// <summary>Creates an object whose content is read later.</summary>
    object CreateEmpty();

    void WriteFollowing(ref MessagePackWriter writer, in Following following, WrittenObjects objects, MessagePackSerializerOptions options);

    void ReadFollowing(ref MessagePackReader reader, in Following following, ReadObjects objects, MessagePackSerializerOptions options);
}
