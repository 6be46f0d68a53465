using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using MessagePack;
using MessagePack.Formatters;

namespace ProcessPool.Values;

/// <summary>Formatters by type, and the refusals of types that have none; both are found once and kept.</summary>
internal sealed class ValueResolver : IFormatterResolver
{
    /// <summary>
    /// Two small types found, written and read in a cold process took 47 ms when compiled at once and 28 ms this way (medians
    /// of 7 on a busy machine); reflection costs about 0.1 µs more for each object, warm. And many types, those of captured
    /// values for one, travel once per process and call.
    /// </summary>
    private const int Many = 32;

    /// <summary>Never compile: where the runtime cannot make code.</summary>
    public const int Never = int.MaxValue;

    private readonly ConcurrentDictionary<Type, ValueFormatter> _formatters = [];
    private volatile ConcurrentDictionary<Type, ValueException> _refusals = [];

    /// <summary>Held while formatters are made, so that each is made once. Reading what is there takes no lock.</summary>
    private readonly Lock _gate = new();
    private Func<Type, ValueResolver, ValueFormatter?>? _beyond;

    /// <param name="compileAfter">How many values of a type are written, or read, before its accessors are compiled for that.</param>
    /// <param name="users">The formatters of users that go before all others.</param>
    public ValueResolver(int? compileAfter = null, UserFormatters? users = null)
    {
        CompileAfter = compileAfter ?? (RuntimeFeature.IsDynamicCodeSupported ? Many : Never);
        Users = users ?? UserFormatters.None;
        FromWorker = new ValueContext(this);
        FromCoordinator = new ValueContext(FromWorker) { MayNameFiles = true };
    }

    public int CompileAfter { get; }

    public UserFormatters Users { get; }

    /// <summary>To read what a worker sends, or anybody who is trusted no more than that.</summary>
    public ValueContext FromWorker { get; }

    /// <summary>To read what the coordinator sends.</summary>
    public ValueContext FromCoordinator { get; }

    /// <inheritdoc cref="Formatters.Beyond"/>
    public Func<Type, ValueResolver, ValueFormatter?>? Beyond
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
    public ValueFormatter<T> Get<T>() => (ValueFormatter<T>)Get(typeof(T));

    /// <inheritdoc cref="Formatters.Get(Type)"/>
    public ValueFormatter Get(Type type)
    {
        ArgumentNullException.ThrowIfNull(type);
        if (_formatters.TryGetValue(type, out var formatter)) return formatter;
        if (_refusals.TryGetValue(type, out var refusal)) throw refusal.Again();
        lock (_gate) return _formatters.TryGetValue(type, out formatter) ? formatter : Make(type);
    }

    /// <summary>For formatters of users, and for the library's own: throws where they expect null, so that the reason is told.</summary>
    IMessagePackFormatter<T>? IFormatterResolver.GetFormatter<T>() => Get<T>();

    /// <summary>A formatter that is finished already, without making one.</summary>
    public ValueFormatter? Find(Type type) => _formatters.GetValueOrDefault(type);

    private ValueFormatter Make(Type type)
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
