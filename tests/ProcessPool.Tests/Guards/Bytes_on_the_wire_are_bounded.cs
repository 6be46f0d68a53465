namespace ProcessPool.Tests.Guards;

/// <summary>The bytes between the coordinator and its worker, frames included, for each item or call.</summary>
internal sealed class Bytes_on_the_wire_are_bounded
{
    private Count _count = null!;

    [OneTimeSetUp]
    public void RunGuardApp() => _count = Count.Run("wire-bytes", "bytes per item", runs: 1);

    [TestCase("map-of-1-byte", 1)]
    [TestCase("map-of-5-bytes", 5)]
    public void For_an_int_of_Map(string name, int length)
    {
        using var _ = Assert.EnterMultipleScope();
        const string reason = "The value, and a small share of its frame. Items have no header of their own.";
        _count.Check($"{name}-sent", length + 0.25, $"{length}.01 to {length}.02", reason);
        _count.Check($"{name}-received", length + 0.25, $"{length}.01 to {length}.02", reason);
    }

    [Test]
    public void For_a_call_of_Apply() => Check("apply", 300, "291");

    [Test]
    public void For_a_call_of_Apply_that_captures_an_int() => Check("apply-with-capture", 300, "289");

    private void Check(string name, double most, string measured)
    {
        using var _ = Assert.EnterMultipleScope();
        _count.Check($"{name}-sent", most, measured, "A call names its assembly, type, method and argument types, each once.");
        _count.Check($"{name}-received", 22, "22", "The start of a frame of results takes 21 bytes, and the value one.");
    }
}
