namespace ProcessPool.Conformance.Tests.Listing;

/// <summary>What the test of CPython that has this name asserts; this one does too.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PortedAttribute(string what) : Attribute
{
    public string What => what;
}
