using System.Reflection;
using System.Runtime.CompilerServices;

namespace ProcessPool.MessagePack;

/// <summary>A type as an array of its fields (<see cref="Members"/>); nil for null. No constructor runs when it is read.</summary>
internal sealed class ObjectFormatter<T> : Formatter<T>, ITwoStepFormatter
{
    private static readonly bool HasDerived = !typeof(T).IsValueType && !typeof(T).IsSealed;

    private FieldInfo[] _fields = [];
    private MemberAccess<T> _access = null!;

    public void Initialize(FormatterBuilder builder)
    {
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
        writer.WriteArrayHeader(_fields.Length);
        var member = 0;
        try
        {
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
        if (count != _fields.Length)
            throw new MessagePackException($"Expected the {_fields.Length} fields of {typeof(T)}, found {count}.");
        var value = typeof(T).IsValueType ? default! : (T)RuntimeHelpers.GetUninitializedObject(typeof(T));
        var member = 0;
        try
        {
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

    private string StepTo(int member) => "." + TypeNames.OfField(_fields[member].Name);
}
