namespace ProcessPool;

/// <summary>
/// Names the formatter through which values of this type travel between processes: an <see cref="IValueFormatter{T, TData}"/>, or an
/// <c>IMessagePackFormatter&lt;T></c> of MessagePack-CSharp.
/// </summary>
/// <param name="formatter">
/// A class that implements one of them and has a constructor without parameters. On a generic type, the open generic formatter with the
/// same parameters: <c>[ValueFormatter(typeof(MatrixFormatter&lt;>))]</c>.
/// </param>
/// <remarks>Derived classes do not inherit it. An entry in <c>PoolOptions.Formatters</c> goes before it, and it goes before <c>[MessagePackFormatter]</c> and <c>[MessagePackObject]</c>.</remarks>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Interface, Inherited = false)]
public sealed class ValueFormatterAttribute(Type formatter) : Attribute
{
    /// <summary>The class of the formatter.</summary>
    public Type Formatter { get; } = formatter;
}
