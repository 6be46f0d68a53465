using System.Collections.Concurrent;
using MessagePack;

namespace ProcessPool.Values;

/// <summary>
/// A value whose declared type leaves open what it is: an array of the number of its type, in a list that both processes
/// have, and of the value. Never a name: the other side chooses from the list and from nothing else.
/// </summary>
/// <remarks>The formatters of what is on the list are made when they are first needed; most never are.</remarks>
internal abstract class OneOfFormatter<T>(FormatterBuilder builder, int count) : ValueFormatter<T?>
    where T : class
{
    private readonly ValueFormatter?[] _formatters = new ValueFormatter?[count];
    private readonly ConcurrentDictionary<Type, Choice> _choices = [];
    private readonly ValueResolver _resolver = builder.Resolver;

    /// <summary>What was written last: the next value mostly is of the same type. Threads may overwrite each other's.</summary>
    private Choice? _last;

    public sealed override void Serialize(ref MessagePackWriter writer, T? value, MessagePackSerializerOptions options)
    {
        if (value is null)
        {
            writer.WriteNil();
            return;
        }

        var choice = _last;
        if (choice?.Type != value.GetType()) _last = choice = _choices.GetOrAdd(value.GetType(), Choose);
        var (_, number, formatter) = choice;
        if (formatter is null)
        {
            (number, value) = Replace(value);
            ValueContext.Of(options).Message.HasComputed = true;
            formatter = FormatterOf(number);
        }

        writer.WriteArrayHeader(2);
        writer.Write(number);
        formatter.SerializeObject(ref writer, value, options);
    }

    public sealed override T? Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options)
    {
        if (reader.TryReadNil()) return null;
        var parts = reader.ReadArrayHeader();
        if (parts != 2) throw new BrokenValueException($"Expected the number of a type and a value, found an array of {parts}.");
        var number = (int)reader.ReadNumber(0, _formatters.Length - 1, "the list of types");
        return FormatterOf(number).DeserializeObject(ref reader, options) as T ?? throw new BrokenValueException("Nil stands where a value should.");
    }

    /// <summary>The place of a type in the list; negative if it has none.</summary>
    protected abstract int NumberOf(Type type);

    /// <summary>The type at a place in the list; null if no value of it can stand here.</summary>
    protected abstract Type? TypeOf(int number);

    /// <summary>What travels in place of a value whose type is not on the list: computed from it, perhaps for the only time.</summary>
    /// <exception cref="ValueException">Nothing does.</exception>
    protected abstract (int Number, T Value) Replace(T value);

    /// <summary>The formatter of the type at a place in the list.</summary>
    protected virtual ValueFormatter Make(Type type) => _resolver.Get(type);

    private Choice Choose(Type type)
    {
        var number = NumberOf(type);
        return new Choice(type, number, number < 0 ? null : FormatterOf(number));
    }

    private ValueFormatter FormatterOf(int number)
    {
        if (_formatters[number] is { } known) return known;
        var type = TypeOf(number) ?? throw new BrokenValueException($"{number} is no number of a type that can stand for {Type}.");
        return _formatters[number] = Make(type);
    }

    /// <summary>How values of a type are written; without a formatter if the type is not on the list.</summary>
    private sealed record Choice(Type Type, int Number, ValueFormatter? ValueFormatter);
}
