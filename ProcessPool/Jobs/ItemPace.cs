using System.Diagnostics;

namespace ProcessPool.Jobs;

/// <summary>How long the items of a job take, and so how many of them are worth sending ahead.</summary>
/// <param name="least">How many items a worker is given together, whatever they take.</param>
internal sealed class ItemPace(int least)
{
    /// <summary>So much work is kept at a worker: some hundred times what a round trip to it costs.</summary>
    private static readonly double WindowTicks = 0.004 * Stopwatch.Frequency;

    /// <summary>Up to items of this length, one waits behind the running one; above, the pause between two is nothing.</summary>
    private static readonly double PairTicks = 0.050 * Stopwatch.Frequency;

    private const int Most = Memory.StatusPage.Slots - 1;
    private const int Growth = 4;

    /// <summary>How many items a worker may have at once.</summary>
    public int Window { get; private set; } = Math.Min(least, Most);

    /// <summary>The time of an item in Stopwatch ticks, as far as known; 0 before the first.</summary>
    private double ItemTicks { get; set; }

    /// <summary>The time of an item, as far as known; zero before the first.</summary>
    public TimeSpan ItemTime => TimeSpan.FromSeconds(ItemTicks / Stopwatch.Frequency);

    /// <summary>So many items were reported by a worker within a time.</summary>
    public void Observe(int items, long ticks)
    {
        var each = (double)ticks / items;
        ItemTicks = ItemTicks == 0 ? each : (ItemTicks + each) / 2;
        var wanted = ItemTicks <= 0 ? Most : WindowTicks / ItemTicks;
        var atLeast = Math.Max(least, ItemTicks < PairTicks ? 2 : 1);
        Window = (int)Math.Min(Most, Math.Max(atLeast, Math.Min(wanted, Math.Min((double)Window * Growth, Most))));
    }
}
