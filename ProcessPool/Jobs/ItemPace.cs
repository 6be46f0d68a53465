using System.Diagnostics;

namespace ProcessPool.Jobs;

/// <summary>Measures how long the items of a job take, and decides how many of them to send ahead.</summary>
/// <param name="least">The window is never smaller than this, however long the items take.</param>
internal sealed class ItemPace(int least)
{
    /// <summary>How much work a worker should have: about a hundred times the cost of a round trip to it.</summary>
    private static readonly double WindowTicks = 0.004 * Stopwatch.Frequency;

    /// <summary>
    /// Up to this duration, one item waits behind the running one. For longer items, the pause between two is negligible.
    /// </summary>
    private static readonly double PairTicks = 0.050 * Stopwatch.Frequency;

    private const int Most = Memory.StatusPage.Slots - 1;
    private const int Growth = 4;

    /// <summary>How many items a worker may have at once.</summary>
    public int Window { get; private set; } = Math.Min(least, Most);

    /// <summary>The duration of an item in Stopwatch ticks, smoothed; 0 before the first.</summary>
    private double ItemTicks { get; set; }

    /// <summary>The duration of an item, smoothed; zero before the first.</summary>
    public TimeSpan ItemTime => TimeSpan.FromSeconds(ItemTicks / Stopwatch.Frequency);

    /// <summary>A worker has reported this many items, which took this long together.</summary>
    public void Observe(int items, long ticks)
    {
        var each = (double)ticks / items;
        ItemTicks = ItemTicks == 0 ? each : (ItemTicks + each) / 2;
        var wanted = ItemTicks <= 0 ? Most : WindowTicks / ItemTicks;
        var atLeast = Math.Max(least, ItemTicks < PairTicks ? 2 : 1);
        Window = (int)Math.Min(Most, Math.Max(atLeast, Math.Min(wanted, Math.Min((double)Window * Growth, Most))));
    }
}
