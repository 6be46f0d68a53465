namespace ProcessPool;

/// <summary>Names the <see cref="IValueFormatter{T, TData}"/> through which values of this type travel between processes.</summary>
/// <param name="formatter">
/// A class that implements it and has a constructor without parameters. On a generic type, the open generic formatter with the
/// same parameters: <c>[ValueFormatter(typeof(MatrixFormatter&lt;>))]</c>.
/// </param>
/// <remarks>Derived classes do not inherit it. An entry in <c>PoolOptions.Formatters</c> goes before it.</remarks>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Interface, Inherited = false)]
public sealed class ValueFormatterAttribute(Type formatter) : Attribute
{
    /// <summary>The class of the formatter.</summary>
    public Type Formatter { get; } = formatter;
}
