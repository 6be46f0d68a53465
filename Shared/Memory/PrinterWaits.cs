namespace ProcessPool.Memory;

/// <summary>
/// Notes on a status page: how long the running item has waited for the printer. This time does not count against the item's
/// time limit. Three numbers: since when something waits now, the item of the last wait, and how long that item has waited.
/// </summary>
/// <param name="page">The page.</param>
/// <param name="offset">Where on the page the notes are.</param>
internal readonly struct PrinterWaits(StatusPage page, int offset)
{
    private ref long Since => ref page.Int64At(offset);

    private ref long Item => ref page.Int64At(offset + sizeof(long));

    private ref long Waited => ref page.Int64At(offset + (2 * sizeof(long)));

    /// <summary>A wait begins. There may be none already.</summary>
    public void Begin() => Volatile.Write(ref Since, Environment.TickCount64);

    /// <summary>The wait ends. It counts for the item that runs now, as far as the wait falls into its time.</summary>
    public void End()
    {
        var item = page.RunningItem + 1;
        var waited = Environment.TickCount64 - Math.Max(Since, page.StartedAt);
        if (Item == item) waited += Waited;

        // A reader that sees the number of an item must see no time of another.
        Volatile.Write(ref Item, 0);
        Volatile.Write(ref Waited, waited);
        Volatile.Write(ref Item, item);
        Volatile.Write(ref Since, 0);
    }

    /// <summary>How long an item has waited, in milliseconds. The writer may be corrupt, so this can be any number.</summary>
    /// <param name="item">The running item.</param>
    /// <param name="startedAt">When it was started.</param>
    /// <param name="now">Until when a wait that goes on counts.</param>
    public long Of(long item, long startedAt, long now)
    {
        var since = Volatile.Read(ref Since);
        var waited = Volatile.Read(ref Item) == item + 1 ? Volatile.Read(ref Waited) : 0;
        return since == 0 ? waited : waited + Math.Max(0, now - Math.Max(since, startedAt));
    }
}
