using ProcessPool.Frames;

namespace ProcessPool.Workers;

/// <summary>
/// The lines of one source that wait for the printer: what a worker prints through its console, or its native code and child
/// processes.
/// </summary>
/// <param name="waits">Notes how long the source has to wait.</param>
/// <param name="makeRoom">Called when so much more may be sent; null if nobody waits for that.</param>
internal sealed class OutputShare(PrinterWait waits, Action<long>? makeRoom = null)
{
    private long _taken;

    /// <summary>How long the source has had to wait.</summary>
    public PrinterWait Waits => waits;

    /// <summary>The weight of the lines that the printer has. Guarded by the printer's lock.</summary>
    public long Held { get; set; }

    /// <summary>
    /// The part of <see cref="Held"/> that still takes room of the source. It is less after the printer was stuck, because the
    /// source was let go on. Guarded by the printer's lock.
    /// </summary>
    public long Owed { get; set; }

    /// <summary>The weight up to which the source is read. Guarded by the printer's lock.</summary>
    public long Bound { get; set; } = ProtocolConstants.OutputWindow;

    /// <summary>
    /// Lines of this weight take no more room. The source is told in large steps, because each costs a frame. Any thread, without
    /// the printer's lock.
    /// </summary>
    public void Take(long weight)
    {
        const long worthTelling = ProtocolConstants.OutputWindow / 2;
        if (makeRoom is null || weight == 0 || Interlocked.Add(ref _taken, weight) < worthTelling) return;
        var taken = Interlocked.Exchange(ref _taken, 0);
        if (taken > 0) makeRoom(taken);
    }
}
