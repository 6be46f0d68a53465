namespace ProcessPool;

/// <summary>
/// Converts values that cannot or should not be sent to another process into data that can, and back. Name the formatter with
/// <see cref="ValueFormatterAttribute"/> on the type, or in <c>PoolOptions.Formatters</c> if the type is not yours.
/// </summary>
/// <example>
/// A class that holds a handle is sent as the path that it was opened from:
/// <code>
/// [ValueFormatter(typeof(ModelFormatter))]
/// public sealed class Model { public string Path { get; } … }
///
/// public sealed class ModelFormatter : IValueFormatter&lt;Model, string>
/// {
///     public string ToData(Model value) => value.Path;
///     public Model FromData(string data) => Model.Load(data);
/// }
/// </code>
/// </example>
/// <remarks>
/// Each process creates one instance with the parameterless constructor and uses it from several threads at once. The formatter
/// is never called with null. It is called with values of derived classes only if <typeparamref name="T"/> is abstract or an
/// interface, because otherwise they would arrive as another class. In Python: <c>copyreg</c>, <c>__reduce__</c>.
/// </remarks>
/// <typeparam name="T">The type of the values. If the formatter is generic, this type has the same type parameters.</typeparam>
/// <typeparam name="TData">The type of the data that is sent instead: any type whose values can be sent.</typeparam>
public interface IValueFormatter<T, TData>
{
    /// <summary>Returns the data to send for this value. Called in the sending process. Must not return null.</summary>
    TData ToData(T value);

    /// <summary>Returns the value for this data. Called in the receiving process.</summary>
    T FromData(TData data);
}
