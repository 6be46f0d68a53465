namespace ProcessPool.MessagePack;

/// <summary>
/// Finds the formatter of a type: what the two processes agree on without a word on the wire, because both find it
/// from the declared .NET type.
/// </summary>
internal static class Formatters
{
    private static readonly FormatterResolver Default = new();

    /// <summary>
    /// Makes the formatters of delegate types: set by the part that knows functions. It answers null for a delegate type
    /// that it refuses; without it all are refused.
    /// </summary>
    public static Func<Type, Formatter?>? DelegateFormatters
    {
        get => Default.DelegateFormatters;
        set => Default.DelegateFormatters = value;
    }

    /// <summary>The formatter of a type.</summary>
    /// <exception cref="ValueException">The type alone shows that its values cannot be sent.</exception>
    public static Formatter<T> Get<T>() => Cache<T>.Formatter ?? Find<T>();

    /// <inheritdoc cref="Get{T}"/>
    public static Formatter Get(Type type) => Default.Get(type);

    private static Formatter<T> Find<T>() => Cache<T>.Formatter = (Formatter<T>)Default.Get(typeof(T));

    private static class Cache<T>
    {
        public static Formatter<T>? Formatter;
    }
}
