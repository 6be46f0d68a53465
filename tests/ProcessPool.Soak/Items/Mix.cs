namespace ProcessPool.Soak.Items;

/// <summary>The fates of the items of a call, and how often each occurs.</summary>
internal sealed class Mix
{
    /// <summary>Some of everything. Items that cost a worker are rare, otherwise workers would mostly be starting.</summary>
    public static readonly Mix Everything = new(
        (Fate.Tiny, 7000), (Fate.Long, 600), (Fate.LargeArgument, 120), (Fate.LargeResult, 120), (Fate.Allocates, 100), (Fate.Prints, 300),
        (Fate.LeavesChild, 15), (Fate.Throws, 200), (Fate.Exits, 8), (Fate.FailsFast, 5), (Fate.Aborts, 8), (Fate.Segfaults, 8), (Fate.ThrowsOnThread, 5),
        (Fate.Waits, 3), (Fate.Sleeps, 1), (Fate.Spins, 1), (Fate.ClosesPipes, 5), (Fate.SilencesPipes, 5));

    /// <summary>Nothing fails, unless something happens to a worker.</summary>
    public static readonly Mix Peaceful = new(
        (Fate.Tiny, 7000), (Fate.Long, 600), (Fate.LargeArgument, 120), (Fate.LargeResult, 120), (Fate.Allocates, 100), (Fate.Prints, 300), (Fate.LeavesChild, 10));

    /// <summary>As quick as it gets.</summary>
    public static readonly Mix Quick = new((Fate.Tiny, 1));

    /// <summary>Nothing ends by itself.</summary>
    public static readonly Mix Hanging = new((Fate.Waits, 4), (Fate.Sleeps, 2), (Fate.Spins, 2), (Fate.WaitsForChild, 2));

    private readonly (Fate Fate, int Weight)[] _weights;
    private readonly int _all;

    private Mix(params (Fate Fate, int Weight)[] weights)
    {
        _weights = weights;
        _all = weights.Sum(static weight => weight.Weight);
    }

    public Item[] Make(Random random, long call, int count)
    {
        var items = new Item[count];
        for (var index = 0; index < count; index++)
        {
            var fate = Choose(random);
            items[index] = new Item(call, index, fate, Amount(random, fate));
        }

        return items;
    }

    private Fate Choose(Random random)
    {
        var at = random.Next(_all);
        foreach (var (fate, weight) in _weights)
        {
            if ((at -= weight) < 0) return fate;
        }

        return default;
    }

    private static int Amount(Random random, Fate fate) => fate switch
    {
        Fate.Long => random.Next(5_000, 40_000),

        // Below, around and far above what goes through the ring on the status page, and what goes alone.
        Fate.LargeArgument or Fate.LargeResult => 8 * (1 << random.Next(10, 19)) + 8 * random.Next(1024),
        Fate.Allocates => random.Next(10, 60) << 20,
        Fate.Prints => random.Next(1, 10),

        // Half of them go on, the others wait until they are killed.
        Fate.ClosesPipes or Fate.SilencesPipes => random.Next(2),
        _ => random.Next(1000),
    };
}
