using MessagePack;

namespace ProcessPool.Values;

/// <summary>
/// A value of an F# union: the tag of its case, or an array of the tag and the fields if the case has fields. Null, which is a case
/// of options, is nil.
/// </summary>
internal sealed class UnionFormatter<T> : ValueFormatter<T>, ITwoStepFormatter
{
    private UnionCase<T>[] _cases = [];
    private UnionTag<T> _tagOf = null!;

    public void Initialize(FormatterBuilder builder)
    {
        _tagOf = UnionTags.Of<T>();
        var makers = Unions.Makers(typeof(T));
        _cases = new UnionCase<T>[makers.Length];
        for (var tag = 0; tag < makers.Length; tag++) _cases[tag] = UnionCase<T>.Of(makers[tag], tag, builder);
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

        ValueContext.Enter(options, typeof(T));
        writer.WriteArrayHeader(1 + made.Count);
        writer.Write(tag);
        made.Write(ref writer, ref value, options);
        ValueContext.Leave(options);
    }

    public override T Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options)
    {
        if (!typeof(T).IsValueType && reader.TryReadNil()) return default!;
        if (reader.NextMessagePackType == MessagePackType.Integer) return CaseAt(ReadTag(ref reader), 0).Template;
        ValueContext.Enter(ref reader);
        var count = reader.ReadArrayHeader() - 1;
        if (count < 1) throw new BrokenValueException($"Expected the tag of a case of {typeof(T)} and its fields, found an array of {count + 1}.");
        var value = CaseAt(ReadTag(ref reader), count).Read(ref reader, options);
        ValueContext.Leave(ref reader);
        return value;
    }

    private int ReadTag(ref MessagePackReader reader) => (int)reader.ReadNumber(0, _cases.Length - 1, "the list of cases");

    private UnionCase<T> CaseAt(int tag, int fields) => _cases[tag].Count == fields
        ? _cases[tag]
        : throw new BrokenValueException($"Expected the {_cases[tag].Count} fields of case {tag} of {typeof(T)}, found {fields}.");
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
