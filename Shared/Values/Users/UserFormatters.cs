using System.Collections.Concurrent;
using MessagePack;

namespace ProcessPool.Values;

/// <summary>The formatters that users bring, in the order in which they count: registered ones, registered resolvers, what the type itself says.</summary>
internal sealed class UserFormatters
{
    /// <summary>None but those that types name themselves.</summary>
    public static readonly UserFormatters None = new([]);

    /// <summary>By the type of the values, or its generic definition, which the formatter shares its parameters with.</summary>
    private readonly Dictionary<Type, Type> _registered = [];

    private readonly List<UserResolver> _resolvers = [];

    /// <summary>What was looked for and not refused: functions ask at every call.</summary>
    private readonly ConcurrentDictionary<Type, Func<ValueFormatter>?> _found = [];

    /// <exception cref="ArgumentException">A type is no formatter, or two are for the same type of values.</exception>
    public UserFormatters(IReadOnlyList<Type> types)
    {
        foreach (var type in types)
        {
            if (type.IsAssignableTo(typeof(IFormatterResolver)))
            {
                _resolvers.Add(UserResolver.Of(type));
                continue;
            }

            if (FormatterType.Problem(type) is { } problem) throw new ArgumentException(problem);
            foreach (var values in FormatterType.ValuesOf(type))
            {
                if (!_registered.TryAdd(Definition(values), type))
                    throw new ArgumentException($"{TypeNames.Full(type)} and {TypeNames.Full(_registered[Definition(values)])} both format {TypeNames.Full(values)}.");
            }
        }
    }

    /// <summary>Whether values of a type travel through a formatter of a user's.</summary>
    /// <exception cref="ValueException">The type names one that cannot format it.</exception>
    public bool Have(Type type) => Find(type) is not null;

    /// <summary>The formatter of a type; null if nobody brought one.</summary>
    /// <exception cref="ValueException">There is one that cannot be used.</exception>
    public ValueFormatter? TryMake(Type type) => Find(type)?.Invoke();

    private Func<ValueFormatter>? Find(Type type) =>
        _found.TryGetValue(type, out var found) ? found : _found[type] = FindRegistered(type) ?? FindResolved(type) ?? TypeAttributes.Find(type);

    private Func<ValueFormatter>? FindRegistered(Type type) =>
        _registered.Count > 0 && _registered.TryGetValue(Definition(type), out var formatter) ? () => FormatterType.Make(formatter, type, []) : null;

    private Func<ValueFormatter>? FindResolved(Type type)
    {
        foreach (var resolver in _resolvers)
        {
            if (resolver.TryGet(type) is { } formatter) return () => formatter;
        }

        return null;
    }

    private static Type Definition(Type type) => type.IsGenericType ? type.GetGenericTypeDefinition() : type;
}
