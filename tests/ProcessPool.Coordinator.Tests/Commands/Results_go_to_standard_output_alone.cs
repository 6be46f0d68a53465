using System.Text.Json;

namespace ProcessPool.Coordinator.Tests.Commands;

[Platform("Linux")]
internal sealed class Results_go_to_standard_output_alone
{
    private TemporaryDirectory _directory = null!;

    [SetUp]
    public void MakeDirectory() => _directory = new TemporaryDirectory();

    [TearDown]
    public void RemoveDirectory() => _directory.Dispose();

    [Test]
    public void Quietly_there_is_nothing_else()
    {
        ChildResult result = CoordinatorCommand.Run(_directory.Path, "fill", "--rows", "5", "--columns", "3", "--quiet");

        Assert.That(result.ExitCode, Is.Zero);
        Assert.That(result.Error, Is.Empty);
        Assert.That(result.Output, Does.Match("^filled: 5 rows of 3 in [0-9.]+ s, [0-9]+/s, 60 bytes, sum 15[0-9.]*\n$"));
    }

    [Test]
    public void Otherwise_progress_is_on_standard_error_and_has_no_colours_there()
    {
        ChildResult result = CoordinatorCommand.Run(_directory.Path, "fill", "--rows", "5", "--columns", "3", "--verbose");

        Assert.That(result.Output.TrimEnd('\n'), Does.Not.Contain("\n"));
        Assert.That(result.Error, Does.Contain("ready in").And.Contains(" pids ").And.Contains("bytes sent").And.Match("(?m)^fill: 5 of 5 items, "));
        Assert.That(result.Error, Has.None.EqualTo('\e'));
    }

    [Test]
    public void The_demo_runs_all_three_compares_them_and_cleans_up()
    {
        ChildResult result = CoordinatorCommand.RunWith("TMPDIR", _directory.Path, _directory.Path, "--workers", "2");

        Assert.That(result.ExitCode, Is.Zero, result.Error);
        Assert.That(
            result.Output.Split('\n').Select(line => line.Split(' ')[0]),
            Is.EqualTo((string[])["made:", "read:", "filled:", "", "", "images", "read", "fill", .. Environment.ProcessorCount > 1 ? (string[])["2"] : [], ""]));
        Assert.That(result.Output, Does.Contain("made: 2000 images of 400x400").And.Contains("all 2000 are equal"));
        Assert.That(Directory.GetFileSystemEntries(_directory.Path, "processpool-*"), Is.Empty);
    }

    [Test]
    public void The_demo_as_an_object_has_all_three()
    {
        ChildResult result = CoordinatorCommand.RunWith("TMPDIR", _directory.Path, _directory.Path, "--serial", "--json", "--quiet");

        Assert.That(result.ExitCode, Is.Zero, result.Error);
        JsonElement examples = JsonResult.Of(result).GetProperty("examples");
        Assert.That(examples.EnumerateArray().Select(one => one.Int("items")), Is.EqualTo((int[])[2000, 2000, 4000]));
    }

    [TestCase("processpool fill --rows 5 | head -1", 0)]
    [TestCase("processpool fill --rows 5 --json | head -c 1", 0)]
    [TestCase("processpool fill --rows 5 | true; exit ${PIPESTATUS[0]}", 0)]
    [TestCase("processpool --help | true; exit ${PIPESTATUS[0]}", 0)]
    [TestCase("processpool fill --rows 5 2> /dev/full", 0)]
    [TestCase("processpool fill --rows 5 2>&-", 0)]
    [TestCase("processpool read missing 2> /dev/full", 2)]
    public void A_reader_that_has_gone_and_messages_that_go_nowhere_are_no_failure(string line, int exitCode)
    {
        ChildResult result = CoordinatorCommand.RunInShell(_directory.Path, line);

        Assert.That(result.ExitCode, Is.EqualTo(exitCode), result.Error);
        Assert.That(result.Error, Does.Not.Contain("   at "));
    }

    [TestCase("> /dev/full", "No space left")]
    [TestCase(">&-", "the results cannot be written to standard output")]
    public void Results_that_cannot_be_written_are_a_failure(string redirection, string reason)
    {
        ChildResult result = CoordinatorCommand.RunInShell(_directory.Path, $"processpool fill --rows 5 --quiet {redirection}");

        Assert.That(result.ExitCode, Is.EqualTo(1), result.Error);
        Assert.That(result.Error, Does.StartWith("processpool: ").And.Contains(reason));
        Assert.That(result.Error.TrimEnd('\n'), Does.Not.Contain("\n"));
    }

    [Test]
    public void A_full_disk_ends_the_run_with_one_line([Values("--workers 2", "--serial")] string way)
    {
        const string alone = "unshare --map-root-user --mount bash -c";
        if (CoordinatorCommand.RunInShell(_directory.Path, $"{alone} 'mount -t tmpfs none .'").ExitCode != 0)
            Assert.Ignore("This system does not allow users to create mount namespaces (unshare).");

        string run = $"mount -t tmpfs -o size=1m none small && processpool images --out small {way}; code=$?; ls small > files; exit $code";
        ChildResult result = CoordinatorCommand.RunInShell(
            _directory.Path, $"export -f processpool; mkdir small; {alone} '{run}'");

        Assert.That(result.ExitCode, Is.EqualTo(1), result.Error);
        Assert.That(result.Output, Does.Match("^made: [0-9]+ of 2000 images .* the rest not started\n$"));
        Assert.That(
            result.Error.Split('\n').Where(line => line.StartsWith("processpool: ") && !line.Contains("ready in")).Single(),
            Does.Contain("the disk is full").And.Contains("No space left"));
        string[] files = File.ReadAllLines(_directory.File("files"));
        Assert.That(files, Is.All.EndsWith(".png"));
        Assert.That(files, Has.Length.EqualTo(int.Parse(result.Output.Split(' ')[1])));
    }

    [Test]
    public void Where_no_worker_starts_the_exit_code_is_3()
    {
        ChildResult result = CoordinatorCommand.RunWith("PROCESSPOOL_START_TIMEOUT", "0.001", _directory.Path, "fill", "--rows", "5");

        Assert.That(result.ExitCode, Is.EqualTo(3), result.Error);
        Assert.That(result.Error, Does.StartWith("processpool: A worker took longer than 0.001 s to start").And.Not.Contain("   at "));
        Assert.That(result.Error.TrimEnd('\n'), Does.Not.Contain("\n"));
    }
}
