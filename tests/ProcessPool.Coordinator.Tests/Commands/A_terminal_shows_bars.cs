namespace ProcessPool.Coordinator.Tests.Commands;

[Platform("Linux")]
internal sealed class A_terminal_shows_bars
{
    private const string Bar = "[##########";
    private const string Colour = "\e[9";

    private TemporaryDirectory _directory = null!;

    [SetUp]
    public void MakeDirectory()
    {
        if (!File.Exists("/usr/bin/script"))
            Assert.Ignore("/usr/bin/script, which provides the terminal, is not installed.");
        _directory = new TemporaryDirectory();
    }

    [TearDown]
    public void RemoveDirectory() => _directory?.Dispose();

    [Test]
    public void With_colours_and_for_the_plain_loop_too()
    {
        string shown = RunOnTerminal("TERM=xterm-256color processpool fill --check --verbose");

        Assert.That(shown, Does.Contain($"{Bar}] 100 %  fill: 4,000 of 4,000 items").And.Match(@"#\] 100 %  fill, plain loop: 4,000 of 4,000").And.Contains(Colour));
    }

    [Test]
    public void Without_colours_where_they_are_not_wanted()
    {
        string shown = RunOnTerminal("NO_COLOR=1 TERM=xterm-256color processpool fill --verbose");

        Assert.That(shown, Does.Contain(Bar));
        Assert.That(shown.Contains(Colour, StringComparison.Ordinal), Is.False, shown);
    }

    [TestCase("TERM=dumb processpool fill")]
    [TestCase("TERM=xterm processpool fill --quiet")]
    [TestCase("TERM=xterm processpool fill 2> /dev/null")]
    public void No_bars_where_there_cannot_be_any_or_are_not_wanted(string line) =>
        Assert.That(RunOnTerminal(line), Does.Contain("filled: 4000 rows").And.Not.Contains("[##"));

    private string RunOnTerminal(string line)
    {
        ChildResult result = CoordinatorCommand.RunInShell(
            _directory.Path, $"export -f processpool; SHELL=/bin/bash script --quiet --return --command '{line}' /dev/null");
        Assert.That(result.ExitCode, Is.Zero, result.Output + result.Error);
        return result.Output;
    }
}
