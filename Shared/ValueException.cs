using ProcessPool.Values;

namespace ProcessPool;

/// <summary>
/// A value, or a type of value, that cannot be sent to another process. The message names the path to it
/// (<c>Order.Customer.Stream</c>), its type, and the way out.
/// </summary>
public sealed class ValueException : Exception
{
    /// <summary>A path that grows past this many characters loses its middle: a cycle has no end.</summary>
    private const int LongestPath = 400;

    private string _root;
    private string _steps;

    /// <param name="path">Where the value lies, from the argument, result or variable down: <c>Order.Customer.Stream</c>.</param>
    /// <param name="type">The type that cannot be sent.</param>
    /// <param name="problem">What is wrong with it and what to do, as the rest of a sentence that starts with the path.</param>
    /// <param name="inner">What was thrown, if something was.</param>
    public ValueException(string path, Type type, string problem, Exception? inner = null)
        : this("", path.Length == 0 || path[0] == '[' ? path : "." + path, type, problem, inner)
    {
    }

    /// <param name="root">The name of the type that the path starts with as long as nobody knows the variable; or nothing.</param>
    /// <param name="steps">What follows the root: <c>.Customer.Lines[3]</c>.</param>
    /// <param name="type">The type that cannot be sent.</param>
    /// <param name="problem">The message without the path.</param>
    /// <param name="inner">What was thrown, if something was.</param>
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

    /// <summary>The index in its call of the item whose argument or result it is about; null if it is about the call as a whole.</summary>
    public long? Item { get; internal set; }

    /// <summary>Where the value lies, from the argument, result or variable down.</summary>
    public string Path => _root.Length == 0 && _steps.StartsWith('.') ? _steps[1..] : _root + _steps;

    /// <summary>The type that cannot be sent.</summary>
    public Type ValueType { get; }

    /// <summary>The message without the path.</summary>
    internal string Problem { get; }

    /// <summary>A refusal of a value of this type, wherever it lies.</summary>
    internal static ValueException At(Type type, string problem, Exception? inner = null) =>
        new(TypeNames.Short(type), "", type, problem, inner);

    /// <summary>The same refusal, seen from one step further out, which a name stands for: of a variable, an argument.</summary>
    internal ValueException Within(string outer) => new(outer, _steps, ValueType, Problem, InnerException);

    /// <summary>The same refusal once more: an exception that is kept must not be thrown twice.</summary>
    internal ValueException Again() => new(_root, _steps, ValueType, Problem, InnerException);

    /// <summary>On its way out of a value of this type: notes how to get from there to here.</summary>
    /// <param name="outer">The type of the value around; a name given later (<see cref="Within"/>) takes its place.</param>
    /// <param name="step"><c>.Customer</c>, <c>[3]</c>, or nothing.</param>
    /// <returns>False: for use in an exception filter. To catch and throw anew at each of 500 levels overflows the stack,
    /// for a catch block runs on top of what it caught.</returns>
    internal bool Passes(Type outer, string step)
    {
        _root = TypeNames.Short(outer);
        _steps = Shorten(step + _steps);
        return false;
    }

    /// <summary>A path that grows too long loses its middle.</summary>
    internal static string Shorten(string steps) =>
        steps.Length <= LongestPath ? steps : $"{steps.AsSpan(0, LongestPath / 2)}…{steps.AsSpan(steps.Length - (LongestPath / 4))}";
}
