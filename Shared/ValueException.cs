using ProcessPool.Values;

namespace ProcessPool;

/// <summary>
/// The exception that is thrown when a value, or a type of values, cannot be sent to another process. The message gives the path
/// to the value (<c>Order.Customer.Stream</c>), its type, and a way out.
/// </summary>
public sealed class ValueException : Exception
{
    /// <summary>In characters. The middle of a longer path is left out: in a cyclic object graph, the path has no end.</summary>
    private const int LongestPath = 400;

    private string _root;
    private string _steps;

    /// <param name="path">The path to the value, from the argument, result or variable: <c>Order.Customer.Stream</c>.</param>
    /// <param name="type">The type that cannot be sent.</param>
    /// <param name="problem">What is wrong with the value and what to do about it; follows the path in the message.</param>
    /// <param name="inner">The exception that caused this one, if any.</param>
    public ValueException(string path, Type type, string problem, Exception? inner = null)
        : this("", path.Length == 0 || path[0] == '[' ? path : "." + path, type, problem, inner)
    {
    }

    /// <param name="root">The name of the type that the path starts with until <see cref="Within"/> names the variable; may be
    /// empty.</param>
    /// <param name="steps">The part of the path after the root: <c>.Customer.Lines[3]</c>.</param>
    /// <param name="type">The type that cannot be sent.</param>
    /// <param name="problem">The message without the path.</param>
    /// <param name="inner">The exception that caused this one, if any.</param>
    private ValueException(string root, string steps, Type type, string problem, Exception? inner)
        : base(null, inner)
    {
        ArgumentNullException.ThrowIfNull(type);
        _root = root;
        _steps = steps;
        ValueType = type;
        Problem = problem;
    }

    /// <inheritdoc/>
    public override string Message => $"{(Item is { } item ? $"Item {item} failed. " : "")}{(Path.Length == 0 ? "" : $"{Path}: ")}{Problem}";

    /// <summary>
    /// The index within its call of the item whose argument or result cannot be sent; null if the exception is about the whole
    /// call.
    /// </summary>
    public long? Item { get; internal set; }

    /// <summary>The path to the value, from the argument, result or variable.</summary>
    public string Path => _root.Length == 0 && _steps.StartsWith('.') ? _steps[1..] : _root + _steps;

    /// <summary>The type that cannot be sent.</summary>
    public Type ValueType { get; }

    /// <summary>The message without the path.</summary>
    internal string Problem { get; }

    /// <summary>The exception for a value of this type. The path is added on the way out (<see cref="Passes"/>).</summary>
    internal static ValueException At(Type type, string problem, Exception? inner = null) =>
        new(TypeNames.Short(type), "", type, problem, inner);

    /// <summary>
    /// The same exception with a path that starts with this name, for example that of a variable or an argument.
    /// </summary>
    internal ValueException Within(string outer) => new(outer, _steps, ValueType, Problem, InnerException);

    /// <summary>A copy of the exception: a stored exception object must not be thrown twice.</summary>
    internal ValueException Again() => new(_root, _steps, ValueType, Problem, InnerException);

    /// <summary>Adds a step to the path while the exception passes out of a containing value.</summary>
    /// <param name="outer">The type of the containing value; a name given later (<see cref="Within"/>) replaces it.</param>
    /// <param name="step"><c>.Customer</c>, <c>[3]</c>, or nothing.</param>
    /// <returns>False, for use in an exception filter. Catching and rethrowing at each of 500 levels would overflow the stack,
    /// because a catch block runs on top of the frames that threw.</returns>
    internal bool Passes(Type outer, string step)
    {
        _root = TypeNames.Short(outer);
        _steps = Shorten(step + _steps);
        return false;
    }

    /// <summary>Leaves out the middle of a path that is too long.</summary>
    internal static string Shorten(string steps) =>
        steps.Length <= LongestPath ? steps : $"{steps.AsSpan(0, LongestPath / 2)}…{steps.AsSpan(steps.Length - (LongestPath / 4))}";
}
