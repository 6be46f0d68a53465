using MessagePack;

namespace ProcessPool.Values;

/// <summary>The exception that is thrown when the bytes are not the expected MessagePack value.</summary>
internal sealed class BrokenValueException(string message, Exception? inner = null) : MessagePackSerializationException(message, inner)
{
    private string _path = "";
    private string _steps = "";

    /// <inheritdoc/>
    public override string Message => _path.Length == 0 ? base.Message : $"{_path}: {base.Message}";

    /// <summary>
    /// Whether MessagePack-CSharp or a formatter of this project throws this exception for bytes that are not the expected value.
    /// MessagePack-CSharp treats lengths above 2^31 as negative, which shows only as an argument that is out of range.
    /// </summary>
    public static bool Covers(Exception e) =>
        e is MessagePackSerializationException or EndOfStreamException or OverflowException or InsufficientExecutionStackException
            or ArgumentOutOfRangeException;

    /// <summary>Whether <see cref="Of"/> should replace the exception with one that says more.</summary>
    public static bool MustReplace(Exception e) => e is not BrokenValueException && Covers(e);

    /// <summary>The same failure as an exception of this type.</summary>
    /// <param name="e">An exception for which <see cref="Covers"/> returns true.</param>
    public static BrokenValueException Of(Exception e) => e as BrokenValueException ?? new BrokenValueException(
        e switch
        {
            EndOfStreamException or ArgumentOutOfRangeException => "The message ends inside a value.",
            OverflowException => "A number does not fit the type that is expected here.",
            InsufficientExecutionStackException => $"Values are nested more than {ValueContext.MaximumDepth} levels deep.",
            _ => e.Message,
        },
        e);

    /// <inheritdoc cref="ValueException.Passes"/>
    internal bool Passes(Type outer, string step)
    {
        _steps = ValueException.Shorten(step + _steps);
        _path = TypeNames.Short(outer) + _steps;
        return false;
    }
}

/// <summary>Adds the members and elements that an exception passes through on its way up to the exception's path.</summary>
internal static class ValuePath
{
    /// <summary>Adds one step to the path. For exception filters.</summary>
    /// <returns>True if the exception cannot carry a path. Catch it then, and throw the result of <see cref="With"/>.</returns>
    public static bool IsMissing(Exception e, Type outer, string step) => e switch
    {
        ValueException refused => refused.Passes(outer, step),
        BrokenValueException broken => broken.Passes(outer, step),
        _ => BrokenValueException.MustReplace(e),
    };

    /// <summary>The same failure as an exception that carries the path, to be thrown instead of the original one.</summary>
    public static BrokenValueException With(Exception e, Type outer, string step)
    {
        var broken = BrokenValueException.Of(e);
        broken.Passes(outer, step);
        return broken;
    }
}
