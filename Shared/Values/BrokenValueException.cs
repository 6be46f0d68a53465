using MessagePack;

namespace ProcessPool.Values;

/// <summary>Bytes that are not the MessagePack value that was expected at this place.</summary>
internal sealed class BrokenValueException(string message, Exception? inner = null) : MessagePackSerializationException(message, inner)
{
    private string _path = "";
    private string _steps = "";

    /// <inheritdoc/>
    public override string Message => _path.Length == 0 ? base.Message : $"{_path}: {base.Message}";

    /// <summary>
    /// Whether an exception is what the library, or a formatter here, throws for bytes that are no such value. It takes lengths beyond 2^31
    /// for negative ones, which only shows as an argument that is out of range.
    /// </summary>
    public static bool Covers(Exception e) =>
        e is MessagePackSerializationException or EndOfStreamException or OverflowException or InsufficientExecutionStackException
            or ArgumentOutOfRangeException;

    /// <summary>Whether it is one of the library's, which says less than <see cref="Of"/> makes of it.</summary>
    public static bool MustReplace(Exception e) => e is not BrokenValueException && Covers(e);

    /// <summary>The same failure as an exception of this type.</summary>
    /// <param name="e">One that <see cref="Covers"/>.</param>
    public static BrokenValueException Of(Exception e) => e as BrokenValueException ?? new BrokenValueException(
        e switch
        {
            EndOfStreamException or ArgumentOutOfRangeException => "The message ends inside a value.",
            OverflowException => "A number does not fit the type that is expected here.",
            InsufficientExecutionStackException => $"More than {ValueContext.MaximumDepth} values lie within each other.",
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

/// <summary>Notes on an exception on its way up through which members and elements it comes.</summary>
internal static class ValuePath
{
    /// <summary>Notes one step; for exception filters.</summary>
    /// <returns>True if the exception cannot carry a path: catch it, and throw what <see cref="With"/> makes of it.</returns>
    public static bool IsMissing(Exception e, Type outer, string step) => e switch
    {
        ValueException refused => refused.Passes(outer, step),
        BrokenValueException broken => broken.Passes(outer, step),
        _ => BrokenValueException.MustReplace(e),
    };

    /// <summary>What is thrown in place of an exception of the library: the same with its path.</summary>
    public static BrokenValueException With(Exception e, Type outer, string step)
    {
        var broken = BrokenValueException.Of(e);
        broken.Passes(outer, step);
        return broken;
    }
}
