using MessagePack;

namespace ProcessPool.Values;

/// <summary>
/// A class that lists derived classes. The encoding is an array of the number of the actual class (nil for the class itself) and
/// its fields.
/// </summary>
internal sealed class KnownTypesFormatter<T> : ValueFormatter<T>, ITwoStepFormatter
    where T : class
{
    private readonly List<ValueFormatter> _known = [];
    private ValueFormatter? _self;

    public void Initialize(FormatterBuilder builder)
    {
        foreach (var type in KnownTypes.Of(typeof(T))) _known.Add(builder.GetExact(type));
        if (!typeof(T).IsAbstract) _self = builder.GetExact(typeof(T));
    }

    public override void Serialize(ref MessagePackWriter writer, T value, MessagePackSerializerOptions options)
    {
        if (value is null)
        {
            writer.WriteNil();
            return;
        }

        var type = value.GetType();
        writer.WriteArrayHeader(2);
        if (type == typeof(T))
        {
            writer.WriteNil();
            _self!.SerializeObject(ref writer, value, options);
            return;
        }

        for (var i = 0; i < _known.Count; i++)
        {
            if (_known[i].Type != type) continue;
            writer.Write(i);
            _known[i].SerializeObject(ref writer, value, options);
            return;
        }

        throw Refused.RuntimeType(typeof(T), type);
    }

    public override T Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options)
    {
        if (reader.TryReadNil()) return null!;
        var count = reader.ReadArrayHeader();
        if (count != 2) throw new BrokenValueException($"Expected a known type and its fields, found an array of {count}.");
        var formatter = reader.TryReadNil() ? _self : _known[(int)reader.ReadNumber(0, _known.Count - 1, "the list of known types")];
        return formatter?.DeserializeObject(ref reader, options) as T
            ?? throw new BrokenValueException($"{typeof(T)} is abstract, or its fields were expected and nil was found.");
    }
}
