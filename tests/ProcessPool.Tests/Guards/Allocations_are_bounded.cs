namespace ProcessPool.Tests.Guards;

/// <summary>
/// What a no-op item allocates in the coordinator and in its worker. The smallest object takes 24 bytes, so one more allocation
/// per item exceeds the bounds of Map and Imap.
/// </summary>
internal sealed class Allocations_are_bounded
{
    private Count _count = null!;

    /// <summary>
    /// Each method is compiled once, with optimization. Otherwise the figures would depend on when the runtime gets to compile a
    /// method again: optimized code keeps some objects on the stack.
    /// </summary>
    [OneTimeSetUp]
    public void RunGuardApp() => _count = Count.Run("allocations", "bytes per item", runs: 1, ("DOTNET_TieredCompilation", "0"));

    [Test]
    public void For_an_item_of_Map()
    {
        using var _ = Assert.EnterMultipleScope();
        _count.Check("map-coordinator", 8.5, "8.06", "The copies of inputs, and the results, take 4 bytes an item each.");
        _count.Check("map-worker", 2, "1.1", "A worker copies the arguments of a frame, here one byte each.");
    }

    [Test]
    public void For_an_item_of_Imap()
    {
        using var _ = Assert.EnterMultipleScope();
        const string reason = "Only frames allocate, but small batches make small frames. An object per item takes 24 bytes.";
        _count.Check("imap-coordinator", 16, "1 to 9", reason);
        _count.Check("imap-worker", 20, "2 to 13", reason);
    }

    [Test]
    public void For_a_call_of_Apply()
    {
        using var _ = Assert.EnterMultipleScope();
        const string reason = "The figure is the same in each run. The bound leaves room for some fields more.";
        _count.Check("apply-coordinator", 5200, "4712", reason);
        _count.Check("apply-worker", 2450, "2186", reason);
    }
}
