using System.Reflection;

namespace ProcessPool.Conformance.Tests.Listing;

/// <summary>Whether a test of CPython was ported, adapted or skipped.</summary>
internal enum Fate
{
    Ported,
    Adapted,
    Skipped,
}

/// <summary>A test of CPython, and what became of it here.</summary>
/// <param name="Class">The class, as <see cref="PythonClass.Name"/>.</param>
/// <param name="Test">Its name.</param>
/// <param name="Fate">What has become of it.</param>
/// <param name="Text">What it asserts; or how it is adapted; or why it is skipped.</param>
internal sealed record Account(string Class, string Test, Fate Fate, string Text)
{
    /// <summary>Of all tests that are here and that are said to be skipped.</summary>
    public static IReadOnlyList<Account> All { get; } = [.. Here(), .. Skipped.All];

    private static IEnumerable<Account> Here() =>
        from fixture in typeof(Account).Assembly.GetTypes()
        from method in fixture.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
        from account in Of(fixture, method)
        select account;

    private static IEnumerable<Account> Of(Type fixture, MethodInfo method)
    {
        if (method.GetCustomAttribute<PortedAttribute>() is { } ported) yield return new(fixture.Name, method.Name, Fate.Ported, ported.What);
        if (method.GetCustomAttribute<AdaptedAttribute>() is { } adapted) yield return new(fixture.Name, method.Name, Fate.Adapted, adapted.How);
    }
}
