using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace ProcessPool.MessagePack;

/// <summary>Formatters by type, and the refusals of types that have none; both are found once and kept.</summary>
/// <param name="compile">Whether accessors of fields are compiled; by default where the runtime can.</param>
internal sealed class FormatterResolver(bool? compile = null)
{
    private readonly ConcurrentDictionary<Type, Formatter> _formatters = [];
    private readonly ConcurrentDictionary<Type, ValueException> _refusals = [];

    /// <summary>Held while formatters are made, so that each is made once. Reading what is there takes no lock.</summary>
    private readonly Lock _gate = new();
    private Func<Type, Formatter?>? _delegateFormatters;

    public bool Compile { get; } = compile ?? RuntimeFeature.IsDynamicCodeSupported;

    /// <inheritdoc cref="Formatters.DelegateFormatters"/>
    public Func<Type, Formatter?>? DelegateFormatters
    {
        get => _delegateFormatters;
        set
        {
            lock (_gate)
            {
                _delegateFormatters = value;

                // What was refused for a delegate inside may now be possible.
                _refusals.Clear();
            }
        }
    }

    /// <inheritdoc cref="Formatters.Get(Type)"/>
    public Formatter Get(Type type)
    {
        ArgumentNullException.ThrowIfNull(type);
        if (_formatters.TryGetValue(type, out var formatter)) return formatter;
        if (_refusals.TryGetValue(type, out var refusal)) throw refusal.Again();
        lock (_gate) return _formatters.TryGetValue(type, out formatter) ? formatter : Make(type);
    }

    /// <summary>A formatter that is finished already, without making one.</summary>
    public Formatter? Find(Type type) => _formatters.GetValueOrDefault(type);

    private Formatter Make(Type type)
    {
        var builder = new FormatterBuilder(this);
        try
        {
            var formatter = builder.Get(type);

            // All or nothing: a formatter made on the way may refer to one that was refused after it.
            foreach (var (built, made) in builder.Built) _formatters.TryAdd(built, made);
            return formatter;
        }
        catch (ValueException e)
        {
            _refusals[type] = e.Again();
            throw;
        }
    }
}
