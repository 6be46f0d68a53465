namespace ProcessPool.MessagePack;

/// <summary>Bytes that are not the MessagePack value that was expected at this place.</summary>
internal sealed class MessagePackException : Exception
{
    private readonly string _problem;
    private readonly string _steps;

    public MessagePackException(string message)
        : base(message)
    {
        _problem = message;
        _steps = "";
    }

    private MessagePackException(string root, string steps, string problem)
        : base($"{root}{steps}: {problem}")
    {
        _problem = problem;
        _steps = steps;
    }

    /// <summary>The same error, seen from the value around it: with the path to it, as in <see cref="ValueException"/>.</summary>
    internal MessagePackException Within(Type outer, string step) => new(TypeNames.Short(outer), step + _steps, _problem);

    internal static MessagePackException Unexpected(byte code, string expected) =>
        new($"Expected {expected}, found the MessagePack code 0x{code:X2} ({Describe(code)}).");

    internal static MessagePackException Truncated(long needed, long left) =>
        new($"The frame ends inside a value: {needed} more bytes needed, {left} left.");

    internal static MessagePackException OutOfRange(string value, string type) =>
        new($"The number {value} does not fit {type}.");

    internal static MessagePackException TooDeep() =>
        new($"More than {DepthLimit.Maximum} values lie within each other.");

    private static string Describe(byte code) => MessagePackPrimitives.TypeOf(code).ToString();
}

/// <summary>How many values may lie within each other before a value is refused (a cycle has no end).</summary>
internal static class DepthLimit
{
    /// <summary>As in MessagePack-CSharp's untrusted-data settings; the recursion fits every thread of ours.</summary>
    public const int Maximum = 500;
}
