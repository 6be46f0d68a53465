namespace ProcessPool.Values;

/// <summary>
/// Finds the formatter of a type. Both processes find it from the declared .NET type, so they agree without exchanging anything.
/// </summary>
internal static class Formatters
{
    /// <summary>
    /// The formatters without those that users register with a pool. Formatters that types name themselves are included.
    /// </summary>
    public static ValueResolver Default { get; } = new();

    /// <summary>
    /// Creates the formatters of types that only code in a higher layer can send, above all delegates. That code sets it. It
    /// returns null for a type that it has no formatter for. If it is not set, all delegates are refused.
    /// </summary>
    public static Func<Type, ValueResolver, ValueFormatter?>? Beyond
    {
        get => Default.Beyond;
        set => Default.Beyond = value;
    }

    /// <summary>The formatter of a type.</summary>
    /// <exception cref="ValueException">The type alone shows that its values cannot be sent.</exception>
    public static ValueFormatter<T> Get<T>() => Default.Get<T>();

    /// <inheritdoc cref="Get{T}"/>
    public static ValueFormatter Get(Type type) => Default.Get(type);
}
