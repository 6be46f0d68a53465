namespace ProcessPool;

/// <summary>
/// How values of a type travel that cannot travel by themselves, or should not: as data that can. Named by
/// <see cref="ValueFormatterAttribute"/> on the type, or, for types of other people, in <c>PoolOptions.Formatters</c>.
/// </summary>
/// <example>
/// A class that holds a handle travels as the path it was opened from:
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
/// Each process makes one formatter of its own, with the constructor without parameters, and uses it from several threads at
/// once. Null never reaches it. Values of derived classes do only if <typeparamref name="T"/> is abstract or an interface: an
/// object of another class would arrive as something else. Python: <c>copyreg</c>, <c>__reduce__</c>.
/// </remarks>
/// <typeparam name="T">The type of the values; generic in the parameters of the formatter, if that is generic.</typeparam>
/// <typeparam name="TData">What travels for them: any type whose values can be sent.</typeparam>
public interface IValueFormatter<T, TData>
{
    /// <summary>In the process that sends: what to send for this value. Must not be null.</summary>
    TData ToData(T value);

    /// <summary>In the process that receives: the value again.</summary>
    T FromData(TData data);
}
