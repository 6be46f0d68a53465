namespace ProcessPool;

/// <summary>
/// Some items of a call with <see cref="ErrorPolicy.FinishAll"/> failed. Holds the exceptions of all of them, in the order of
/// their indices.
/// </summary>
public sealed class ItemsFailedException : AggregateException
{
    private const int Shown = 5;

    private readonly string _message;

    private ItemsFailedException(IReadOnlyList<(long Item, Exception Failure)> failures, string message)
        : base(message, failures.Select(static failure => failure.Failure))
    {
        _message = message;
        Items = [.. failures.Select(static failure => failure.Item)];
    }

    /// <summary>
    /// The indices of the items that failed, in the same order as <see cref="AggregateException.InnerExceptions"/>.
    /// </summary>
    public IReadOnlyList<long> Items { get; }

    /// <summary>
    /// Says how many items failed, which ones, and why the first did. Unlike other <see cref="AggregateException"/>s, it does not
    /// contain the messages of all of them.
    /// </summary>
    public override string Message => _message;

    internal static ItemsFailedException Of(IEnumerable<(long Item, Exception Failure)> failures, long items)
    {
        var ordered = failures.OrderBy(static failure => failure.Item).ToArray();
        var shown = string.Join(", ", ordered.Take(Shown).Select(static failure => failure.Item));
        if (ordered.Length > Shown) shown += ", …";
        var (first, failure) = ordered[0];
        return new(
            ordered,
            $"{ordered.Length} of {items} items failed: {shown}. "
            + $"The first, item {first}, failed with {failure.GetType()}: {failure.Message}");
    }
}
