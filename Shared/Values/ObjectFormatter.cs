using System.Reflection;
using System.Runtime.CompilerServices;
using MessagePack;

namespace ProcessPool.Values;

/// <summary>
/// Sends an object as an array of its fields (<see cref="Members"/>), preceded by what it inherits from a collection
/// (<see cref="BasePart"/>). Reading runs no constructor of the type itself.
/// </summary>
internal sealed class ObjectFormatter<T> : ContentFormatter<T>, ITwoStepFormatter, IFollowingFormatter
{
    private static readonly bool HasDerived = !typeof(T).IsValueType && !typeof(T).IsSealed;

    /// <summary>The member index while no field is written or read, but the part inherited from a collection.</summary>
    private const int Base = -1;

    private BasePart? _base;
    private FieldInfo[] _fields = [];
    private MemberAccess<T> _access = null!;

    public void Initialize(FormatterBuilder builder)
    {
        _base = BasePart.Of(typeof(T), builder);
        _fields = Members.Of(typeof(T));
        var formatters = new ValueFormatter[_fields.Length];
        for (var i = 0; i < _fields.Length; i++)
        {
            try
            {
                formatters[i] = builder.Get(_fields[i].FieldType);
            }
            catch (ValueException e) when (e.Passes(typeof(T), StepTo(i)))
            {
                throw;
            }
        }

        _access = new MemberAccess<T>(_fields, formatters, builder.CompileAfter);
    }

    public object CreateEmpty() => RuntimeHelpers.GetUninitializedObject(typeof(T));

    public void WriteFollowing(ref MessagePackWriter writer, in Following following, WrittenObjects objects, MessagePackSerializerOptions options) =>
        Write(ref writer, (T)following.Object, following.Number, objects, options);

    public void ReadFollowing(ref MessagePackReader reader, in Following following, ReadObjects objects, MessagePackSerializerOptions options)
    {
        var value = (T)following.Object;
        ReadFields(ref reader, ref value, new ReadSlot(objects, following.Number), options);
        objects.Close(following.Number, following.Object);
    }

    protected override bool IsCreatedFirst(T value) => true;

    protected override void WriteContent(ref MessagePackWriter writer, T value, MessagePackSerializerOptions options)
    {
        if (HasDerived && value!.GetType() != typeof(T)) throw Refused.RuntimeType(typeof(T), value.GetType());
        ValueContext.Enter(options, typeof(T));
        writer.WriteArrayHeader(Count);
        var member = Base;
        try
        {
            _base?.Serialize(ref writer, value!, options);
            _access.Write(ref writer, ref value, ref member, options);
        }
        catch (ValueException e) when (e.Passes(typeof(T), StepTo(member)))
        {
            throw;
        }

        ValueContext.Leave(options);
    }

    protected override T ReadContent(ref MessagePackReader reader, ReadSlot slot, MessagePackSerializerOptions options)
    {
        var value = typeof(T).IsValueType ? default! : (T)CreateEmpty();
        if (!typeof(T).IsValueType) slot.Create(value!);
        ReadFields(ref reader, ref value, slot, options);
        return value;
    }

    private void ReadFields(ref MessagePackReader reader, ref T value, ReadSlot slot, MessagePackSerializerOptions options)
    {
        ValueContext.Enter(ref reader);
        var count = reader.ReadArrayHeader();
        if (count != Count)
            throw new BrokenValueException($"Expected the {Count} fields of {typeof(T)}, found {count}.");
        DeserializationCallbacks<T>.Begin(ref value);
        var member = Base;
        try
        {
            _base?.Deserialize(ref reader, value!, options);
            _access.Read(ref reader, ref value, ref member, options);
        }
        catch (Exception e) when (ValuePath.IsMissing(e, typeof(T), StepTo(member)))
        {
            throw ValuePath.With(e, typeof(T), StepTo(member));
        }

        ValueContext.Leave(ref reader);
        DeserializationCallbacks<T>.End(ref value, slot);
    }

    private int Count => _fields.Length + (_base is null ? 0 : 1);

    private string StepTo(int member) => member == Base ? "" : "." + TypeNames.OfField(_fields[member].Name);
}
