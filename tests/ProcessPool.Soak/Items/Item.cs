namespace ProcessPool.Soak.Items;

/// <summary>The description of an item: all that becomes of it can be told from this.</summary>
/// <param name="Call">The number of its call.</param>
/// <param name="Index">Its index in the call.</param>
/// <param name="Fate">What it does.</param>
/// <param name="Amount">How much of it: microseconds, bytes, lines.</param>
/// <param name="Content">What is sent along; made when it is sent.</param>
internal readonly record struct Item(long Call, int Index, Fate Fate, int Amount, byte[]? Content = null)
{
    /// <summary>Its own, so that it cannot be taken for another item's.</summary>
    public int ExitCode => 3 + (int)((Call + Index) % 100);

    /// <summary>What an item that throws says.</summary>
    public string Complaint => $"Item {Index} of call {Call} fails.";

    /// <summary>With its argument.</summary>
    public Item Filled => Fate == Fate.LargeArgument ? this with { Content = Items.Content.Make(Seed, Amount) } : this;

    /// <summary>The answer that is right.</summary>
    public ulong Answer => Items.Content.Mix(Seed, Fate switch
    {
        Fate.LargeArgument => Items.Content.Sum(Items.Content.Make(Seed, Amount)),
        _ => (ulong)Amount,
    });

    /// <summary>Of its contents.</summary>
    public ulong Seed => Items.Content.Mix((ulong)Call, (ulong)Index);

    public override string ToString() => $"item {Index} ({Fate}, {Amount})";
}

/// <summary>The result of an item.</summary>
/// <param name="Call">Its call.</param>
/// <param name="Index">Its index there.</param>
/// <param name="Value">What it has computed.</param>
/// <param name="Content">A large result.</param>
internal readonly record struct Answer(long Call, int Index, ulong Value, byte[]? Content);

/// <summary>An exception of the application's own.</summary>
internal sealed class SoakException(string message, int index) : Exception(message)
{
    /// <summary>The item that threw it.</summary>
    public int Index { get; } = index;
}
