using MessagePack;

namespace ProcessPool.Values;

/// <summary>
/// Writes and reads values with content. Null is nil. An object that occurs again within a value is a reference to its first
/// occurrence (<see cref="ReferenceCode"/>), so it arrives as one object, and cyclic references arrive as such.
/// </summary>
internal abstract class ContentFormatter<T> : ValueFormatter<T?>
{
    /// <summary>Objects that are nested deeper follow after the value, if their formatter can do that.</summary>
    private const int FollowingDepth = 48;

    private readonly IFollowingFormatter? _following;

    protected ContentFormatter() => _following = typeof(T).IsValueType ? null : this as IFollowingFormatter;

    /// <summary>
    /// Whether a value is created by code that looks into objects of its content, which must be complete for that: it hashes or compares
    /// them, or is the user's.
    /// </summary>
    protected virtual bool NeedsCompleteContent => false;

    public sealed override void Serialize(ref MessagePackWriter writer, T? value, MessagePackSerializerOptions options)
    {
        if (typeof(T).IsValueType)
        {
            if (NeedsCompleteContent) WriteNeeding(ref writer, value!, ValueContext.Of(options).Message.Objects, options);
            else WriteContent(ref writer, value!, options);
            return;
        }

        if (value is null)
        {
            writer.WriteNil();
            return;
        }

        var message = ValueContext.Of(options).Message;
        var objects = message.Objects;
        var number = objects.Add(value);
        if (number < 0) objects.WriteReference(ref writer, ~number);
        else if (message.Depth >= FollowingDepth && _following is not null && objects.MayFollow) objects.WriteFollowing(ref writer, number, _following);
        else Write(ref writer, value, number, objects, options);
    }

    public sealed override T? Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options)
    {
        if (typeof(T).IsValueType) return NeedsCompleteContent ? ReadNeeding(ref reader, ReadObjects.Current, default, options) : ReadContent(ref reader, default, options);
        var code = reader.NextCode;
        if (code == MessagePackCode.Nil)
        {
            reader.ReadNil();
            return default;
        }

        var objects = ReadObjects.Current;
        if (ReferenceCode.IsNext(ref reader, code)) return Refer(ref reader, objects);
        var number = objects.Open();
        var slot = new ReadSlot(objects, number);
        var value = NeedsCompleteContent ? ReadNeeding(ref reader, objects, slot, options) : ReadContent(ref reader, slot, options);
        objects.Close(number, value!);
        return value;
    }

    /// <summary>
    /// Whether the object is created before its content is read (<see cref="ReadSlot.Create"/>), so that the content can refer to it.
    /// </summary>
    protected virtual bool IsCreatedFirst(T value) => false;

    /// <summary>Writes a value that is not null.</summary>
    /// <inheritdoc cref="ValueFormatter{T}.Serialize"/>
    protected abstract void WriteContent(ref MessagePackWriter writer, T value, MessagePackSerializerOptions options);

    /// <summary>Reads a value that is not null.</summary>
    /// <inheritdoc cref="ValueFormatter{T}.Deserialize"/>
    protected abstract T ReadContent(ref MessagePackReader reader, ReadSlot slot, MessagePackSerializerOptions options);

    /// <summary>Writes the content of an object that was added to the objects of the value.</summary>
    protected void Write(ref MessagePackWriter writer, T value, int number, WrittenObjects objects, MessagePackSerializerOptions options)
    {
        if (!IsCreatedFirst(value)) objects.OpenMissing(number);
        if (NeedsCompleteContent) WriteNeeding(ref writer, value, objects, options);
        else WriteContent(ref writer, value, options);
        objects.Close(number);
    }

    private void WriteNeeding(ref MessagePackWriter writer, T value, WrittenObjects objects, MessagePackSerializerOptions options)
    {
        var outer = objects.StartNeeding(typeof(T));
        WriteContent(ref writer, value, options);
        objects.EndNeeding(outer);
    }

    private T ReadNeeding(ref MessagePackReader reader, ReadObjects objects, ReadSlot slot, MessagePackSerializerOptions options)
    {
        var waiting = objects.Waiting;
        var outer = objects.StartNeeding(typeof(T));
        var value = ReadContent(ref reader, slot, options);
        if (objects.Waiting > waiting) throw Refused.Cycle(typeof(T), typeof(T));
        objects.EndNeeding(outer);
        return value;
    }

    private T Refer(ref MessagePackReader reader, ReadObjects objects) => objects.Refer(ref reader, _following) is T value
        ? value
        : throw new BrokenValueException($"Expected a {typeof(T)}, found a reference to an object of another type.");
}
