namespace ProcessPool.Values;

/// <summary>
/// Finds the formatter of a type: what the two processes agree on without a word on the wire, because both find it
/// from the declared .NET type.
/// </summary>
internal static class Formatters
{
    /// <summary>Without formatters of users but those that types name themselves.</summary>
    public static ValueResolver Default { get; } = new();

    /// <summary>
    /// Makes the formatters of types that only a part above this one knows how to send, delegates first of all: set by that
    /// part. It answers null for a type that it has none for; without it all delegates are refused.
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
