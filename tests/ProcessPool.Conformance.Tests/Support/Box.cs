namespace ProcessPool.Conformance.Tests.Support;

/// <summary>An object.</summary>
internal sealed class Box
{
    public int Number { get; set; }

    /// <summary>A function that needs the object.</summary>
    public int Negate() => -Number;
}
