namespace ProcessPool.Conformance.Tests.Listing;

/// <summary>Says how this test differs from the test of CPython with the same name, and why.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class AdaptedAttribute(string how) : Attribute
{
    public string How => how;
}
