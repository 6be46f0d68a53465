using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace ProcessPool.MessagePack;

/// <summary>Formatters by type, and the refusals of types that have none; both are found once and kept.</summary>
/// <param name="compileAfter">How many values of a type are written, or read, before its accessors are compiled for that.</param>
/// <param name="users">The formatters of users that go before all others.</param>
internal sealed class FormatterResolver(int? compileAfter = null, UserFormatters? users = null)
{
    /// <summary>
    /// Two small types found, written and read in a cold process took 47 ms when compiled at once and 28 ms this way (medians
    /// of 7 on a busy machine); reflection costs about 0.1 µs more for each object, warm. And many types, those of captured
    /// values for one, travel once per process and call.
    /// </summary>
    private const int Many = 32;

    /// <summary>Never compile: where the runtime cannot make code.</summary>
    public const int Never = int.MaxValue;

    private readonly ConcurrentDictionary<Type, Formatter> _formatters = [];
    private volatile ConcurrentDictionary<Type, ValueException> _refusals = [];

    /// <summary>Held while formatters are made, so that each is made once. Reading what is there takes no lock.</summary>
    private readonly Lock _gate = new();
    private Func<Type, FormatterResolver, Formatter?>? _beyond;

    public int CompileAfter { get; } = compileAfter ?? (RuntimeFeature.IsDynamicCodeSupported ? Many : Never);

    public UserFormatters Users { get; } = users ?? UserFormatters.None;

    /// <inheritdoc cref="Formatters.Beyond"/>
    public Func<Type, FormatterResolver, Formatter?>? Beyond
    {
        get => _beyond;
        set
        {
            lock (_gate)
            {
                _beyond = value;

                // What was refused for a delegate inside may now be possible.
                // Not Clear, which takes milliseconds the first time in a process.
                _refusals = [];
            }
        }
    }

    /// <inheritdoc cref="Formatters.Get{T}"/>
    public Formatter<T> Get<T>() => (Formatter<T>)Get(typeof(T));

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
