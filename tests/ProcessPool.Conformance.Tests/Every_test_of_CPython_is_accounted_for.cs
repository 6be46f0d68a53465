using System.Runtime.CompilerServices;
using ProcessPool.Conformance.Tests.Listing;

namespace ProcessPool.Conformance.Tests;

[CancelAfter(60_000)]
internal sealed class Every_test_of_CPython_is_accounted_for
{
    private const string Update = "UPDATE_CONFORMANCE";

    [Test]
    public void The_list_has_as_many_names_as_it_says()
    {
        foreach (var tests in PythonClass.All) Assert.That(tests.Tests, Has.Count.EqualTo(tests.Count).And.Unique, tests.Name);
    }

    [Test]
    public void Each_is_here_or_skipped_and_only_once()
    {
        var names = PythonClass.All.SelectMany(static tests => tests.Tests.Select(test => (tests.Name, test)));
        Assert.That(Account.All.Select(static account => (account.Class, account.Test)), Is.EquivalentTo(names));
    }

    [Test]
    public void What_is_here_is_run()
    {
        var idle =
            from type in typeof(Account).Assembly.GetTypes()
            from method in type.GetMethods()
            where method.IsDefined(typeof(PortedAttribute), false) || method.IsDefined(typeof(AdaptedAttribute), false)
            where !method.IsDefined(typeof(TestAttribute), false) && !method.IsDefined(typeof(TestCaseAttribute), false)
            select $"{type.Name}.{method.Name}";
        Assert.That(idle, Is.Empty);
    }

    [Test]
    public void The_page_says_what_has_become_of_them()
    {
        var path = PagePath();
        var page = Page.Write();
        if (Environment.GetEnvironmentVariable(Update) == "1") File.WriteAllText(path, page);
        Assert.That(File.ReadAllText(path), Is.EqualTo(page), $"docs/conformance.md is out of date: run the test with {Update}=1 and commit the file.");
    }

    private static string PagePath([CallerFilePath] string source = "") =>
        Path.Combine(Path.GetDirectoryName(source)!, "..", "..", "docs", "conformance.md");
}
