using MessagePack;

namespace ProcessPool.Values;

/// <summary>
/// A value of an F# union: the tag of its case, or an array of the tag and the fields if the case has fields. Null, which is a case
/// of options, is nil.
/// </summary>
internal sealed class UnionFormatter<T> : ValueFormatter<T>, ITwoStepFormatter
{
    private UnionCases<T> _withFields = null!;
    private UnionCase<T>[] _cases = [];
    private UnionTag<T> _tagOf = null!;

    public void Initialize(FormatterBuilder builder)
    {
        _tagOf = UnionTags.Of<T>();
        var makers = Unions.Makers(typeof(T));
        _cases = new UnionCase<T>[makers.Length];
        for (var tag = 0; tag < makers.Length; tag++) _cases[tag] = UnionCase<T>.Of(makers[tag], tag, builder);
        _withFields = new UnionCases<T>(_cases, _tagOf);
    }

    public override void Serialize(ref MessagePackWriter writer, T value, MessagePackSerializerOptions options)
    {
        if (value is null)
        {
            writer.WriteNil();
            return;
        }

        var tag = _tagOf(ref value);
        var made = _cases[tag];
        if (made.Count == 0)
        {
            writer.Write(tag);
            return;
        }

        _withFields.Serialize(ref writer, value, options);
    }

    public override T Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options)
    {
        if (!typeof(T).IsValueType && reader.TryReadNil()) return default!;
        return reader.NextMessagePackType == MessagePackType.Integer
            ? _withFields.ReadCase(ref reader, 0).Template
            : _withFields.Deserialize(ref reader, options)!;
    }
}

/// <summary>The cases of a union that have fields. The others are one object each, which both processes have.</summary>
internal sealed class UnionCases<T>(UnionCase<T>[] cases, UnionTag<T> tagOf) : ContentFormatter<T>
{
    /// <summary>Reads the tag of a case that has this many fields.</summary>
    public UnionCase<T> ReadCase(ref MessagePackReader reader, int fields)
    {
        var tag = (int)reader.ReadNumber(0, cases.Length - 1, "the list of cases");
        return cases[tag].Count == fields
            ? cases[tag]
            : throw new BrokenValueException($"Expected the {cases[tag].Count} fields of case {tag} of {typeof(T)}, found {fields}.");
    }

    protected override bool IsCreatedFirst(T value) => true;

    protected override void WriteContent(ref MessagePackWriter writer, T value, MessagePackSerializerOptions options)
    {
        var tag = tagOf(ref value);
        ValueContext.Enter(options, typeof(T));
        writer.WriteArrayHeader(1 + cases[tag].Count);
        writer.Write(tag);
        cases[tag].Write(ref writer, ref value, options);
        ValueContext.Leave(options);
    }

    protected override T ReadContent(ref MessagePackReader reader, ReadSlot slot, MessagePackSerializerOptions options)
    {
        ValueContext.Enter(ref reader);
        var count = reader.ReadArrayHeader() - 1;
        if (count < 1) throw new BrokenValueException($"Expected the tag of a case of {typeof(T)} and its fields, found an array of {count + 1}.");
        var value = ReadCase(ref reader, count).Read(ref reader, slot, options);
        ValueContext.Leave(ref reader);
        return value;
    }
}

/// <summary>Returns the tag of a value that is not null.</summary>
internal delegate int UnionTag<T>(ref T value);

/// <summary>Creates <see cref="UnionTag{T}"/>.</summary>
internal static class UnionTags
{
    public static UnionTag<T> Of<T>()
    {
        var method = Unions.TagOf(typeof(T))!;
        if (typeof(T).IsValueType) return method.CreateDelegate<UnionTag<T>>();
        var tagOf = method.CreateDelegate<Func<T, int>>();
        return (ref value) => tagOf(value);
    }
}
