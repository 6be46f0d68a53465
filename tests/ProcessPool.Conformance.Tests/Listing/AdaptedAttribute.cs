namespace ProcessPool.Conformance.Tests.Listing;

/// <summary>In what this test differs from the test of CPython that has its name, and why.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class AdaptedAttribute(string how) : Attribute
{
    public string How => how;
}
