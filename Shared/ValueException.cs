namespace ProcessPool;

/// <summary>
/// A value, or a type of value, that cannot be sent to another process. The message names the path to it
/// (<c>Order.Customer.Stream</c>), its type, and the way out.
/// </summary>
public sealed class ValueException : Exception
{
    /// <param name="path">Where the value lies, from the argument, result or variable down: <c>Order.Customer.Stream</c>.</param>
    /// <param name="type">The type that cannot be sent.</param>
    /// <param name="problem">What is wrong with it and what to do, as the rest of a sentence that starts with the path.</param>
    /// <param name="inner">What was thrown, if something was.</param>
    public ValueException(string path, Type type, string problem, Exception? inner = null)
        : base($"{path}: {problem}", inner)
    {
        ArgumentNullException.ThrowIfNull(type);
        Path = path;
        ValueType = type;
        Problem = problem;
    }

    /// <summary>Where the value lies, from the argument, result or variable down.</summary>
    public string Path { get; }

    /// <summary>The type that cannot be sent.</summary>
    public Type ValueType { get; }

    /// <summary>The message without the path.</summary>
    internal string Problem { get; }

    /// <summary>The same refusal, seen from one step further out.</summary>
    internal ValueException Within(string outer) => new(Path.Length == 0 ? outer : $"{outer}.{Path}", ValueType, Problem, InnerException);
}
