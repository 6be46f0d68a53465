using System.Reflection;
using System.Runtime.CompilerServices;

namespace ProcessPool.MessagePack;

/// <summary>
/// A type as an array of its fields (<see cref="Members"/>), before them what it inherits from a collection
/// (<see cref="BasePart"/>); nil for null. No constructor of the type itself runs when it is read.
/// </summary>
internal sealed class ObjectFormatter<T> : Formatter<T>, ITwoStepFormatter
{
    private static readonly bool HasDerived = !typeof(T).IsValueType && !typeof(T).IsSealed;

    /// <summary>The member of which no field is written or read: the part inherited from a collection.</summary>
    private const int Base = -1;

    private BasePart? _base;
    private FieldInfo[] _fields = [];
    private MemberAccess<T> _access = null!;

    public void Initialize(FormatterBuilder builder)
    {
        _base = BasePart.Of(typeof(T), builder);
        _fields = Members.Of(typeof(T));
        var formatters = new Formatter[_fields.Length];
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

    public override void Write(MessagePackWriter writer, T value)
    {
        if (!typeof(T).IsValueType)
        {
            if (value is null)
            {
                writer.WriteNil();
                return;
            }

            if (HasDerived && value.GetType() != typeof(T)) throw Refused.RuntimeType(typeof(T), value.GetType());
        }

        if (!writer.TryEnter()) throw Refused.TooDeep(typeof(T));
        writer.WriteArrayHeader(Count);
        var member = Base;
        try
        {
            _base?.Write(writer, value!);
            _access.Write(writer, ref value, ref member);
        }
        catch (ValueException e) when (e.Passes(typeof(T), StepTo(member)))
        {
            throw;
        }

        writer.Leave();
    }

    public override T Read(MessagePackReader reader)
    {
        if (!typeof(T).IsValueType && reader.TryReadNil()) return default!;
        reader.Enter();
        var count = reader.ReadArrayHeader();
        if (count != Count)
            throw new MessagePackException($"Expected the {Count} fields of {typeof(T)}, found {count}.");
        var value = typeof(T).IsValueType ? default! : (T)RuntimeHelpers.GetUninitializedObject(typeof(T));
        var member = Base;
        try
        {
            _base?.Read(reader, value!);
            _access.Read(reader, ref value, ref member);
        }
        catch (ValueException e) when (e.Passes(typeof(T), StepTo(member)))
        {
            throw;
        }
        catch (MessagePackException e) when (e.Passes(typeof(T), StepTo(member)))
        {
            throw;
        }

        reader.Leave();
        return value;
    }

    private int Count => _fields.Length + (_base is null ? 0 : 1);

    private string StepTo(int member) => member == Base ? "" : "." + TypeNames.OfField(_fields[member].Name);
}
