namespace ProcessPool.Coordinator.Tests.Commands;

internal sealed class Wrong_arguments_give_one_line
{
    private TemporaryDirectory _directory = null!;

    [SetUp]
    public void MakeDirectory() => _directory = new TemporaryDirectory();

    [TearDown]
    public void RemoveDirectory() => _directory.Dispose();

    [TestCase("--workers -2", "--workers must be between 0 and 4096, not -2")]
    [TestCase("images --workers -1", "--workers must be between 0 and 4096, not -1")]
    [TestCase("images --workers 5000", "--workers must be between 0 and 4096, not 5000")]
    [TestCase("images --workers many", "'many'")]
    [TestCase("images --count 0", "--count must be 1 or more, not 0")]
    [TestCase("images --size 40000", "--size must be between 1 and 32768, not 40000")]
    [TestCase("images --size", "--size")]
    [TestCase("images --colour", "--colour")]
    [TestCase("images --out file/below", "cannot write to the directory 'file/below'")]
    [TestCase("paint", "'paint'")]
    [TestCase("read", "'read'")]
    [TestCase("read missing", "there is no directory 'missing'")]
    [TestCase("read .", "there are no *.png files in '.'")]
    [TestCase("read . --pattern *.gif", "there are no *.gif files in '.'")]
    [TestCase("read . --pattern a/b", "--pattern must be a file name without directories, not 'a/b'")]
    [TestCase("fill --rows 0", "--rows must be 1 or more, not 0")]
    [TestCase("fill --rows 2000000 --columns 2000000", "cannot make a matrix of 2000000 rows and 2000000 columns")]
    [TestCase("fill --serial --check", "leave out --serial")]
    [TestCase("fill --quiet --verbose", "--quiet and --verbose")]
    [TestCase("doctor twice", "'twice'")]
    [TestCase("doctor --serial", "--serial")]
    [TestCase("--quiet doctor", "--quiet does not go with doctor")]
    public void On_the_command_line(string arguments, string reason)
    {
        File.WriteAllText(_directory.File("file"), "");

        Refused(CoordinatorCommand.Run(_directory.Path, arguments.Split(' ')), reason);
    }

    [TestCase("PROCESSPOOL_WORKERS", "zero", "a whole number between 0 and 4096, not 'zero'")]
    [TestCase("PROCESSPOOL_WORKERS", "1.5", "a whole number between 0 and 4096, not '1.5'")]
    [TestCase("PROCESSPOOL_START_TIMEOUT", "0", "a number between 0.001 and 86400, not '0'")]
    public void In_the_environment(string name, string value, string reason) =>
        Refused(CoordinatorCommand.RunWith(name, value, _directory.Path, "fill", "--rows", "1"), $"{name} must be {reason}");

    [Test]
    public void Workers_are_those_of_the_environment_unless_the_command_line_says_otherwise()
    {
        ChildResult three = CoordinatorCommand.RunWith("PROCESSPOOL_WORKERS", "3", _directory.Path, "fill", "--rows", "9", "--json");
        ChildResult one = CoordinatorCommand.RunWith(
            "PROCESSPOOL_WORKERS", "3", _directory.Path, "fill", "--rows", "9", "--json", "--workers", "1");

        ChildResult none = CoordinatorCommand.RunWith("PROCESSPOOL_WORKERS", "0", _directory.Path, "fill", "--rows", "9", "--json");

        Assert.That(none.Output, Does.Contain("\"workers\":0"), none.Error);
        Assert.That(three.Output, Does.Contain("\"workers\":3"), three.Error);
        Assert.That(one.Output, Does.Contain("\"workers\":1"), one.Error);
    }

    [TestCase("--help", "images")]
    [TestCase("--help", "Exit codes:")]
    [TestCase("images --help", "--count")]
    [TestCase("read --help", "--recursive")]
    [TestCase("fill --help", "--columns")]
    [TestCase("doctor --help", "Exit codes:")]
    public void Help_is_not_an_error_and_has_examples(string arguments, string part)
    {
        ChildResult result = CoordinatorCommand.Run(_directory.Path, arguments.Split(' '));

        Assert.That(result.ExitCode, Is.Zero, result.Error);
        Assert.That(result.Output, Does.Contain(part).And.Contains("Examples:\n  processpool"));
    }

    [TestCase("--help", true)]
    [TestCase("fill --help", true)]
    [TestCase("read --help", true)]
    [TestCase("images --help", true)]
    [TestCase("doctor --help", false)]
    public void Help_lists_the_options_that_the_command_uses(string arguments, bool runsExamples)
    {
        string help = CoordinatorCommand.Run(_directory.Path, arguments.Split(' ')).Output;
        string[] options = [.. help.Split('\n').Select(line => line.Trim().Split(' ')[0]).Where(word => word.StartsWith("--", StringComparison.Ordinal))];

        Assert.That(options, Is.SupersetOf((string[])["--workers", "--json"]));
        foreach (string option in (string[])["--serial", "--check", "--quiet", "--verbose"])
            Assert.That(options.Contains(option), Is.EqualTo(runsExamples), option);
    }

    [TestCase("--serial --quiet fill --rows 5")]
    [TestCase("fill --rows 5 --serial --quiet")]
    [TestCase("--quiet fill --rows 5 --serial")]
    public void Options_may_stand_before_the_command_or_behind_it(string arguments)
    {
        ChildResult result = CoordinatorCommand.Run(_directory.Path, arguments.Split(' '));

        Assert.That((result.ExitCode, result.Error), Is.EqualTo((0, "")));
        Assert.That(result.Output, Does.StartWith("filled: 5 rows"));
    }

    private static void Refused(ChildResult result, string reason)
    {
        Assert.That(result.ExitCode, Is.EqualTo(2), result.Error);
        Assert.That(result.Output, Is.Empty);
        Assert.That(result.Error, Does.StartWith("processpool: ").And.Contains(reason));
        Assert.That(result.Error.TrimEnd('\n'), Does.Not.Contain("\n"));
    }
}
