using System.Diagnostics;

namespace ProcessPool.Jobs;

/// <summary>Measures how long the items of a job take, and decides how many of them to send ahead.</summary>
/// <param name="least">The window is never smaller than this, however long the items take.</param>
/// <param name="earlier">The duration of the function's items in earlier calls; null if it is not kept.</param>
internal sealed class ItemPace(int least, KnownDuration? earlier = null)
{
    /// <summary>How much work a worker should have: about a hundred times the cost of a round trip to it.</summary>
    private static readonly double WindowTicks = 0.004 * Stopwatch.Frequency;

    /// <summary>
    /// Up to this duration, one item waits behind the running one. For longer items, the pause between two is negligible.
    /// </summary>
    private static readonly double PairTicks = 0.050 * Stopwatch.Frequency;

    private static readonly double MessageTicks = 0.000_050 * Stopwatch.Frequency;

    private const int Most = Memory.StatusPage.Slots - 1;
    private const int Growth = 4;

    /// <summary>How many items a worker may have at once.</summary>
    public int Window { get; private set; } = earlier is { Ticks: > 0 and var ticks } ? WindowFor(ticks, least) : Math.Min(least, Most);

    /// <summary>
    /// How many items take as long as a message with them costs on both sides. Sending fewer to make workers end at the same time would
    /// take longer than it saves.
    /// </summary>
    public int WorthSending => ItemTicks > 0 ? (int)Math.Clamp(MessageTicks / ItemTicks, 1, Window) : 1;

    /// <summary>The duration of an item in Stopwatch ticks, smoothed; 0 before the first.</summary>
    private double ItemTicks { get; set; } = earlier?.Ticks ?? 0;

    /// <summary>The duration of an item, smoothed; zero before the first.</summary>
    public TimeSpan ItemTime => TimeSpan.FromSeconds(ItemTicks / Stopwatch.Frequency);

    /// <summary>A worker has reported this many items, which took this long together.</summary>
    public void Observe(int items, long ticks)
    {
        var each = (double)ticks / items;
        ItemTicks = ItemTicks == 0 ? each : (ItemTicks + each) / 2;
        Window = (int)Math.Min(WindowFor(ItemTicks, least), Math.Max(least, (long)Window * Growth));
        if (earlier is not null) earlier.Ticks = ItemTicks;
    }

    private static int WindowFor(double itemTicks, int least)
    {
        var wanted = itemTicks <= 0 ? Most : WindowTicks / itemTicks;
        var atLeast = Math.Max(least, itemTicks < PairTicks ? 2 : 1);
        return (int)Math.Min(Most, Math.Max(atLeast, wanted));
    }
}

/// <summary>
/// How long the items of a function took at the end of its last call. So the next call need not find out again, with a few items, that
/// they are quick. If they are not quick this time, idle workers take back what was sent too much.
/// </summary>
internal sealed class KnownDuration
{
    private double _ticks;

    /// <summary>In Stopwatch ticks; 0 before the first call has reported anything.</summary>
    public double Ticks
    {
        get => Volatile.Read(ref _ticks);
        set => Volatile.Write(ref _ticks, value);
    }
}
