namespace ProcessPool;

/// <summary>
/// Names the formatter that sends values of this type between processes: an <see cref="IValueFormatter{T, TData}"/>, or an
/// <c>IMessagePackFormatter&lt;T></c> of MessagePack-CSharp.
/// </summary>
/// <param name="formatter">
/// A class that implements one of the two and has a parameterless constructor. For a generic type, name the open generic
/// formatter with the same type parameters: <c>[ValueFormatter(typeof(MatrixFormatter&lt;>))]</c>.
/// </param>
/// <remarks>
/// Derived classes do not inherit the attribute. A formatter in <c>PoolOptions.Formatters</c> takes precedence over it, and it
/// takes precedence over <c>[MessagePackFormatter]</c> and <c>[MessagePackObject]</c>.
/// </remarks>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Interface, Inherited = false)]
public sealed class ValueFormatterAttribute(Type formatter) : Attribute
{
    /// <summary>The formatter class.</summary>
    public Type Formatter { get; } = formatter;
}
