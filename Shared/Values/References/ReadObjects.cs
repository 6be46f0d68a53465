using MessagePack;

namespace ProcessPool.Values;

/// <summary>The objects of the value that this thread is reading, by their numbers.</summary>
internal sealed class ReadObjects
{
    /// <summary>A table that grew larger is released after its value.</summary>
    private const int Kept = 4096;

    [ThreadStatic]
    private static ReadObjects? _current;

    [ThreadStatic]
    private static ReadObjects? _spare;

    private readonly List<Action> _later = [];
    private Entry[] _entries = new Entry[16];
    private int _count;

    /// <summary>The objects whose content follows the value; null if there are none.</summary>
    private Queue<Following>? _followers;

    /// <summary>The innermost value whose creation needs complete content, while that is being read.</summary>
    private Needing _needing;

    /// <summary>The objects of the value that is being read.</summary>
    public static ReadObjects Current => _current ??= Take();

    /// <summary>
    /// Whether the value refers to an object that was not complete then. From there on, everything that looks into objects waits
    /// until the whole value is read: filling hash tables, which calls <c>GetHashCode</c>, and users' methods.
    /// </summary>
    public bool IsCyclic { get; private set; }

    /// <summary>How many actions wait for the whole value.</summary>
    public int Waiting => _later.Count;

    /// <summary>How many objects follow the value, whose content is read after it.</summary>
    private int Following { get; set; }

    /// <summary>Starts a value on this thread, which may be reading another one.</summary>
    /// <param name="following">How many objects follow the value.</param>
    /// <returns>The other value's objects, for <see cref="Leave"/>.</returns>
    public static ReadObjects? Enter(int following)
    {
        var outer = _current;
        _current = null;
        if (following > 0) Current.Following = following;
        return outer;
    }

    /// <summary>The value was read or has failed.</summary>
    public static void Leave(ReadObjects? outer)
    {
        if (_current is { } current)
        {
            current.Clear();
            _spare = current;
        }

        _current = outer;
    }

    /// <summary>The value itself was read: reads the objects that follow, and then runs what waits for the whole value.</summary>
    public static void Complete(ref MessagePackReader reader, MessagePackSerializerOptions options)
    {
        if (_current is { } current && (current.Following > 0 || current._later.Count > 0)) current.CompleteValue(ref reader, options);
    }

    /// <summary>The encoding of the next object begins.</summary>
    /// <returns>Its number.</returns>
    public int Open()
    {
        if (_count == _entries.Length) Array.Resize(ref _entries, 2 * _count);
        return _count++;
    }

    /// <summary>The object exists, so its content can refer to it.</summary>
    public void Create(int number, object value) => _entries[number].Object = value;

    /// <summary>The object is read.</summary>
    public void Close(int number, object value)
    {
        ref var entry = ref _entries[number];
        entry.Object ??= value;
        entry.IsComplete = true;
    }

    /// <inheritdoc cref="WrittenObjects.StartNeeding"/>
    public Needing StartNeeding(Type type)
    {
        var outer = _needing;
        _needing = new Needing(type, _count);
        return outer;
    }

    public void EndNeeding(Needing outer) => _needing = outer;

    /// <summary>Runs an action once the whole value is read, after those that were added before.</summary>
    public void Later(Action action) => _later.Add(action);

    /// <summary>Reads a reference.</summary>
    /// <param name="reader">The bytes.</param>
    /// <param name="formatter">The formatter, if the content of its objects may follow.</param>
    /// <exception cref="BrokenValueException">There is no such object.</exception>
    public object Refer(ref MessagePackReader reader, IFollowingFormatter? formatter)
    {
        var number = ReferenceCode.Read(ref reader);
        if (number == _count && Following > 0 && formatter is not null) return Follow(formatter);
        if (number >= _count) throw new BrokenValueException($"Expected one of the {_count} objects read so far, found a reference to number {number}.");
        ref var entry = ref _entries[number];
        if (!entry.IsComplete)
        {
            if (number < _needing.Objects) throw new BrokenValueException($"The object number {number} is not complete, but a {_needing.Type} is created from it.");
            IsCyclic = true;
        }

        return entry.Object ?? throw new BrokenValueException($"The object number {number} does not exist before its content, which refers to it.");
    }

    private static ReadObjects Take()
    {
        var objects = _spare ?? new ReadObjects();
        _spare = null;
        return objects;
    }

    private object Follow(IFollowingFormatter formatter)
    {
        IsCyclic = true;
        var value = formatter.CreateEmpty();
        var number = Open();
        Create(number, value);
        _followers ??= new();
        _followers.Enqueue(new Following(number, value, formatter));
        return value;
    }

    private void CompleteValue(ref MessagePackReader reader, MessagePackSerializerOptions options)
    {
        for (var left = Following; left > 0; left--)
        {
            if (_followers is null || !_followers.TryDequeue(out var following)) throw new BrokenValueException($"{left} objects follow that nothing refers to.");
            following.Formatter.ReadFollowing(ref reader, following, this, options);
        }

        if (_followers is { Count: > 0 } missing) throw new BrokenValueException($"{missing.Count} objects are missing that should follow.");
        foreach (var action in _later) action();
    }

    private void Clear()
    {
        if (_count > Kept) _entries = new Entry[16];
        else Array.Clear(_entries, 0, _count);
        _count = 0;
        _followers = null;
        _later.Clear();
        IsCyclic = false;
        Following = 0;
        _needing = default;
    }

    private struct Entry
    {
        public object? Object;
        public bool IsComplete;
    }
}
