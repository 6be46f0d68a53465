using System.Collections.Concurrent;
using MessagePack;

namespace ProcessPool.Values;

/// <summary>
/// The users' formatters, in order of precedence: registered formatters, registered resolvers, and attributes on the type itself.
/// </summary>
internal sealed class UserFormatters
{
    /// <summary>Only the formatters that types name themselves.</summary>
    public static readonly UserFormatters None = new([]);

    /// <summary>
    /// By the type of the values, or by its generic definition, which has the same type parameters as the formatter.
    /// </summary>
    private readonly Dictionary<Type, Type> _registered = [];

    private readonly List<UserResolver> _resolvers = [];

    /// <summary>Caches successful lookups, because functions look up types at every call.</summary>
    private readonly ConcurrentDictionary<Type, Func<ValueFormatter>?> _found = [];

    /// <exception cref="ArgumentException">A type is not a formatter, or two formatters are for the same type of
    /// values.</exception>
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

    /// <summary>Whether values of a type are sent through a user's formatter.</summary>
    /// <exception cref="ValueException">The type names a formatter that cannot format it.</exception>
    public bool Have(Type type) => Find(type) is not null;

    /// <summary>The user's formatter of a type; null if there is none.</summary>
    /// <exception cref="ValueException">There is a formatter, but it cannot be used.</exception>
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
