using System.Collections.Concurrent;
using MessagePack;

namespace ProcessPool.Values;

/// <summary>
/// A value whose declared type does not determine its actual type. The encoding is an array of the number of its type, in a list
/// that both processes have, and the value. Type names are never sent, so the receiver creates only types on the list.
/// </summary>
/// <remarks>The formatters of the types on the list are created when they are first needed. Most never are.</remarks>
internal abstract class OneOfFormatter<T>(FormatterBuilder builder, int count) : ValueFormatter<T?>
    where T : class
{
    private readonly ValueFormatter?[] _formatters = new ValueFormatter?[count];
    private readonly ConcurrentDictionary<Type, Choice> _choices = [];
    private readonly ValueResolver _resolver = builder.Resolver;

    /// <summary>
    /// The last choice, because the next value usually has the same type. Threads may overwrite each other's choice.
    /// </summary>
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
        return FormatterOf(number).DeserializeObject(ref reader, options) as T ?? throw new BrokenValueException("Expected a value, found nil.");
    }

    /// <summary>The index of a type in the list; negative if it is not on the list.</summary>
    protected abstract int NumberOf(Type type);

    /// <summary>The type at an index of the list; null if its values do not fit the declared type.</summary>
    protected abstract Type? TypeOf(int number);

    /// <summary>
    /// The value to send instead of a value whose type is not on the list. It is computed from the value, which may work only
    /// once.
    /// </summary>
    /// <exception cref="ValueException">There is no replacement.</exception>
    protected abstract (int Number, T Value) Replace(T value);

    /// <summary>Creates the formatter of a type on the list.</summary>
    protected virtual ValueFormatter Make(Type type) => _resolver.Get(type);

    private Choice Choose(Type type)
    {
        var number = NumberOf(type);
        return new Choice(type, number, number < 0 ? null : FormatterOf(number));
    }

    private ValueFormatter FormatterOf(int number)
    {
        if (_formatters[number] is { } known) return known;
        var type = TypeOf(number) ?? throw new BrokenValueException($"The type number {number} does not fit the declared type {Type}.");
        return _formatters[number] = Make(type);
    }

    /// <summary>How values of a type are written. There is no formatter if the type is not on the list.</summary>
    private sealed record Choice(Type Type, int Number, ValueFormatter? ValueFormatter);
}
