namespace ProcessPool.Tests.Guards;

/// <summary>
/// How often the coordinator and its two workers read and write for a thousand no-op items. A system call takes longer than such
/// an item. Calls that wait (<c>poll</c>, <c>futex</c>) are not counted, because chance decides how often a thread has to wait.
/// </summary>
[Platform("Linux")]
internal sealed class System_calls_are_bounded
{
    private const string Together = "A worker reads many frames at once and sends results together. A flush per item is 1,000.";

    private Count _count = null!;

    /// <summary>Each method is compiled once, with optimization, so items are as quick at the start as later.</summary>
    [OneTimeSetUp]
    public void RunGuardApp() =>
        _count = Count.Run("system-calls", "reads and writes per thousand items", runs: 1, ("DOTNET_TieredCompilation", "0"));

    [Test]
    public void For_items_of_Map()
    {
        using var _ = Assert.EnterMultipleScope();
        // A worker also sends what it has once a millisecond. On a busy machine it runs fewer items in that time.
        const string reason = "Frames hold hundreds of items. A flush per item would make 1,000.";
        _count.Check("map-coordinator", 20, "1.2 to 1.9", reason);
        _count.Check("map-workers", 20, "1.1 to 1.7", reason);
    }

    [Test]
    public void For_items_of_Imap()
    {
        using var _ = Assert.EnterMultipleScope();
        _count.Check("imap-coordinator", 500, "150 to 250", "A frame holds about five items. A frame per item would make 1,000.");
        _count.Check("imap-workers", 100, "10 to 27", Together);
    }

    [Test]
    public void For_items_of_which_each_has_a_frame()
    {
        using var _ = Assert.EnterMultipleScope();
        _count.Check("one-a-frame-coordinator", 1100, "1,002 to 1,006", "One write for each item. Many results a read.");
        _count.Check("one-a-frame-workers", 500, "6 to 130", Together);
    }

    [Test]
    public void For_calls_of_Apply()
    {
        using var _ = Assert.EnterMultipleScope();
        // The watch thread is woken by a write and a read if the machine is so busy that a call takes more than 20 ms.
        const string reason = "One write and one read for each call. One more per call would make 3,000.";
        _count.Check("apply-coordinator", 2500, "2,002", reason);
        _count.Check("apply-workers", 2500, "2,004 to 2,121", reason);
    }
}
