namespace ProcessPool.MessagePack;

/// <summary>
/// A class that lists classes derived from it: an array of which class it is, nil standing for itself, and of its fields.
/// </summary>
internal sealed class KnownTypesFormatter<T> : Formatter<T>, ITwoStepFormatter
    where T : class
{
    private readonly List<Formatter> _known = [];
    private Formatter? _self;

    public void Initialize(FormatterBuilder builder)
    {
        foreach (var type in KnownTypes.Of(typeof(T))) _known.Add(builder.GetExact(type));
        if (!typeof(T).IsAbstract) _self = builder.GetExact(typeof(T));
    }

    public override void Write(MessagePackWriter writer, T value)
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
            _self!.WriteObject(writer, value);
            return;
        }

        for (var i = 0; i < _known.Count; i++)
        {
            if (_known[i].Type != type) continue;
            writer.Write(i);
            _known[i].WriteObject(writer, value);
            return;
        }

        throw Refused.RuntimeType(typeof(T), type);
    }

    public override T Read(MessagePackReader reader)
    {
        if (reader.TryReadNil()) return null!;
        var count = reader.ReadArrayHeader();
        if (count != 2) throw new MessagePackException($"Expected a known type and its fields, found an array of {count}.");
        var formatter = reader.TryReadNil() ? _self : _known[(int)reader.ReadInt64(0, _known.Count - 1, "the list of known types")];
        return formatter?.ReadObject(reader) as T
            ?? throw new MessagePackException($"{typeof(T)} is abstract, or nil stands where its fields should.");
    }
}
