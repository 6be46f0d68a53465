namespace ProcessPool.Conformance.Tests.Support;

/// <summary>Inputs that throw, or never end.</summary>
internal static class Inputs
{
    /// <summary>So many numbers, then an exception.</summary>
    public static IEnumerable<int> ThrowingAt(int at)
    {
        for (var i = 0; i < at; i++) yield return i;
        throw new InputException();
    }

    /// <summary>0, 1, 2 and so on.</summary>
    public static IEnumerable<int> WithoutEnd()
    {
        for (var i = 0; ; i++) yield return i;
    }
}

/// <summary>The exception that an input throws.</summary>
internal sealed class InputException() : Exception("The input is broken.");

/// <summary>An exception that looks empty: no message, no HResult, and an empty enumeration.</summary>
internal sealed class EmptyException : Exception, IEnumerable<int>
{
    public EmptyException()
        : base("") => HResult = 0;

    public IEnumerator<int> GetEnumerator() => Enumerable.Empty<int>().GetEnumerator();

    System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>A collection that has a count, but throws when it is enumerated.</summary>
internal sealed class BrokenCollection : IReadOnlyCollection<int>
{
    public int Count => 1;

    public IEnumerator<int> GetEnumerator() => throw new InputException();

    System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
}
