namespace ProcessPool.Conformance.Tests.Listing;

/// <summary>Says what the test of CPython with the same name asserts. This test asserts the same.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PortedAttribute(string what) : Attribute
{
    public string What => what;
}
