using System.Runtime.CompilerServices;

namespace ProcessPool.MessagePack;

/// <summary>Bytes that are not the MessagePack value that was expected at this place.</summary>
internal sealed class MessagePackException(string message) : Exception(message)
{
    private string _path = "";
    private string _steps = "";

    /// <inheritdoc/>
    public override string Message => _path.Length == 0 ? base.Message : $"{_path}: {base.Message}";

    /// <inheritdoc cref="ValueException.Passes"/>
    internal bool Passes(Type outer, string step)
    {
        _steps = ValueException.Shorten(step + _steps);
        _path = TypeNames.Short(outer) + _steps;
        return false;
    }

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
    /// <summary>As in MessagePack-CSharp's untrusted-data settings.</summary>
    public const int Maximum = 500;

    /// <summary>Whether this thread's stack has no room for many more levels, asked at every sixteenth only.</summary>
    public static bool IsStackShort(int depth) => (depth & 15) == 15 && !RuntimeHelpers.TryEnsureSufficientExecutionStack();
}
