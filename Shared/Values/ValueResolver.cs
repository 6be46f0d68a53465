using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using MessagePack;
using MessagePack.Formatters;

namespace ProcessPool.Values;

/// <summary>Caches the formatters by type, and the errors for types that have none.</summary>
internal sealed class ValueResolver : IFormatterResolver
{
    /// <summary>
    /// Finding, writing and reading two small types in a cold process took 47 ms with immediate compilation and 28 ms this way
    /// (medians of 7 on a busy machine). Once warm, reflection costs about 0.1 µs more for each object. Many types, for example
    /// those of captured values, are sent only once per process and call.
    /// </summary>
    private const int Many = 32;

    /// <summary>Never compile, because the runtime cannot generate code.</summary>
    public const int Never = int.MaxValue;

    private readonly ConcurrentDictionary<Type, ValueFormatter> _formatters = [];
    private volatile ConcurrentDictionary<Type, ValueException> _refusals = [];

    /// <summary>
    /// Held while formatters are created, so that each is created once. Looking up existing ones takes no lock.
    /// </summary>
    private readonly Lock _gate = new();
    private Func<Type, ValueResolver, ValueFormatter?>? _beyond;

    /// <param name="compileAfter">How many values of a type are written, or read, before the accessors for that are
    /// compiled.</param>
    /// <param name="users">The users' formatters, which take precedence over all others.</param>
    public ValueResolver(int? compileAfter = null, UserFormatters? users = null)
    {
        CompileAfter = compileAfter ?? (RuntimeFeature.IsDynamicCodeSupported ? Many : Never);
        Users = users ?? UserFormatters.None;
        FromWorker = new ValueContext(this);
        FromCoordinator = new ValueContext(FromWorker) { MayNameFiles = true };
    }

    public int CompileAfter { get; }

    public UserFormatters Users { get; }

    /// <summary>For reading what a worker sends, or any sender that is trusted no more than a worker.</summary>
    public ValueContext FromWorker { get; }

    /// <summary>For reading what the coordinator sends.</summary>
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

                // Types refused because they contain a delegate may now be possible. Do not use Clear: its first call in a
                // process takes milliseconds.
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

    /// <summary>
    /// For users' and MessagePack-CSharp's formatters. Throws where they expect null, so that the user learns the reason. What they write
    /// with it shares no objects with the rest, because they may skip it when they read.
    /// </summary>
    IMessagePackFormatter<T>? IFormatterResolver.GetFormatter<T>() => Get<T>().OfInnerValues;

    /// <summary>The formatter, if it already exists; does not create one.</summary>
    public ValueFormatter? Find(Type type) => _formatters.GetValueOrDefault(type);

    private ValueFormatter Make(Type type)
    {
        var builder = new FormatterBuilder(this);
        try
        {
            var formatter = builder.Get(type);

            // All or nothing: a formatter created on the way may refer to one that was refused later.
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
