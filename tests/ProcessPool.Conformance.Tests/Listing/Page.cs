using System.Globalization;
using System.Text;

namespace ProcessPool.Conformance.Tests.Listing;

/// <summary>Writes docs/conformance.md from the attributes of the tests.</summary>
internal static class Page
{
    public static string Write()
    {
        var page = new StringBuilder();
        page.Append("""
            # Conformance

            What CPython's own tests assert about `multiprocessing.Pool` and `concurrent.futures.ProcessPoolExecutor`, and where it is asserted of this
            pool: `tests/ProcessPool.Conformance.Tests`, a fixture for each class, a test with the same name for each test. This page is written by a test there,
            which fails when it is no longer true (`UPDATE_CONFORMANCE=1` writes it anew).

            *Ported*: the same is asserted; here is what. *Adapted*: here is how it differs, and why. *Skipped*: here is why. The tests that CPython does not
            have are in the fixture `BeyondCPython`, and for all ways to fail in [failures.md](failures.md).

            Four rules differ on purpose. A dead worker costs its one item, not the pool. A value that cannot be read back fails one item, not the
            pool. `Environment.Exit` in a task really ends that worker, and is reported as its death. After an item's exception a lazy stream of results
            can go on to the next.

            | class | tests | ported | adapted | skipped |
            |---|---|---|---|---|

            """);
        foreach (var tests in PythonClass.All) AppendCounts(page, $"[{tests.Name}](#{tests.Name.ToLowerInvariant()})", Of(tests));
        AppendCounts(page, "all", [.. PythonClass.All.SelectMany(Of)]);
        foreach (var tests in PythonClass.All)
        {
            page.Append(CultureInfo.InvariantCulture, $"\n## {tests.Name}\n\nFrom `{tests.Module}`.\n\n| test | | |\n|---|---|---|\n");
            foreach (var (_, test, fate, text) in Of(tests))
                page.Append(CultureInfo.InvariantCulture, $"| {test} | {Name(fate)} | {text.Replace("|", "\\|")} |\n");
        }

        return page.ToString();
    }

    private static List<Account> Of(PythonClass tests) =>
        [.. from test in tests.Tests from account in Account.All where account.Class == tests.Name && account.Test == test select account];

    private static void AppendCounts(StringBuilder page, string name, List<Account> accounts)
    {
        page.Append(CultureInfo.InvariantCulture, $"| {name} | {accounts.Count} |");
        foreach (var fate in Enum.GetValues<Fate>()) page.Append(CultureInfo.InvariantCulture, $" {accounts.Count(account => account.Fate == fate)} |");
        page.Append('\n');
    }

    private static string Name(Fate fate) => fate.ToString().ToLowerInvariant();
}
