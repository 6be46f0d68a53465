using ProcessPool.MessagePack;

namespace ProcessPool;

/// <summary>
/// A value, or a type of value, that cannot be sent to another process. The message names the path to it
/// (<c>Order.Customer.Stream</c>), its type, and the way out.
/// </summary>
public sealed class ValueException : Exception
{
    /// <summary>A path that grows past this many characters loses its middle: a cycle has no end.</summary>
    private const int LongestPath = 400;

    /// <param name="path">Where the value lies, from the argument, result or variable down: <c>Order.Customer.Stream</c>.</param>
    /// <param name="type">The type that cannot be sent.</param>
    /// <param name="problem">What is wrong with it and what to do, as the rest of a sentence that starts with the path.</param>
    /// <param name="inner">What was thrown, if something was.</param>
    public ValueException(string path, Type type, string problem, Exception? inner = null)
        : this("", path.Length == 0 || path[0] == '[' ? path : "." + path, type, problem, inner)
    {
    }

    private ValueException(string root, string steps, Type type, string problem, Exception? inner)
        : base($"{PathOf(root, steps)}: {problem}", inner)
    {
        ArgumentNullException.ThrowIfNull(type);
        Root = root;
        Steps = steps;
        ValueType = type;
        Problem = problem;
    }

    /// <summary>Where the value lies, from the argument, result or variable down.</summary>
    public string Path => PathOf(Root, Steps);

    /// <summary>The type that cannot be sent.</summary>
    public Type ValueType { get; }

    /// <summary>The message without the path.</summary>
    internal string Problem { get; }

    /// <summary>The name of the type that the path starts with as long as nobody knows the variable; or nothing.</summary>
    private string Root { get; }

    /// <summary>What follows the root: <c>.Customer.Lines[3]</c>.</summary>
    private string Steps { get; }

    /// <summary>A refusal of a value of this type, wherever it lies.</summary>
    internal static ValueException At(Type type, string problem, Exception? inner = null) =>
        new(TypeNames.Short(type), "", type, problem, inner);

    /// <summary>The same refusal, seen from one step further out, which a name stands for: of a variable, an argument.</summary>
    internal ValueException Within(string outer) => new(outer, Steps, ValueType, Problem, InnerException);

    /// <summary>The same refusal, seen from the value around it.</summary>
    /// <param name="outer">The type of the value around it; a name given later takes its place.</param>
    /// <param name="step">How to get from there to here: <c>.Customer</c>, <c>[3]</c>, or nothing.</param>
    internal ValueException Within(Type outer, string step) =>
        new(TypeNames.Short(outer), Shorten(step + Steps), ValueType, Problem, InnerException);

    /// <summary>The same refusal once more: an exception that is kept must not be thrown twice.</summary>
    internal ValueException Again() => new(Root, Steps, ValueType, Problem, InnerException);

    private static string PathOf(string root, string steps) =>
        root.Length == 0 && steps.StartsWith('.') ? steps[1..] : root + steps;

    private static string Shorten(string steps) =>
        steps.Length <= LongestPath ? steps : $"{steps.AsSpan(0, LongestPath / 2)}…{steps.AsSpan(steps.Length - (LongestPath / 4))}";
}
