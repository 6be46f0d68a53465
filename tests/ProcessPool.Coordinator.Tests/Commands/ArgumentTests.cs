namespace ProcessPool.Coordinator.Tests.Commands;

internal sealed class ArgumentTests
{
    private TemporaryDirectory _directory = null!;

    [SetUp]
    public void MakeDirectory() => _directory = new TemporaryDirectory();

    [TearDown]
    public void RemoveDirectory() => _directory.Dispose();

    [TestCase("--workers 0", "--workers must be 1 or more, not 0")]
    [TestCase("images --workers -1", "--workers must be 1 or more, not -1")]
    [TestCase("images --workers many", "'many'")]
    [TestCase("images --count 0", "--count must be 1 or more, not 0")]
    [TestCase("images --size 40000", "--size must be between 1 and 32768, not 40000")]
    [TestCase("images --size", "--size")]
    [TestCase("images --colour", "--colour")]
    [TestCase("paint", "'paint'")]
    [TestCase("read", "'read'")]
    [TestCase("read missing", "there is no directory 'missing'")]
    [TestCase("read .", "there are no *.png files in '.'")]
    [TestCase("images --out file/below", "cannot write to the directory 'file/below'")]
    public void Wrong_arguments_give_one_line_and_exit_code_2(string arguments, string reason)
    {
        File.WriteAllText(_directory.File("file"), "");

        ChildResult result = CoordinatorCommand.Run(_directory.Path, arguments.Split(' '));

        Assert.That(result.ExitCode, Is.EqualTo(2), result.Error);
        Assert.That(result.Output, Is.Empty);
        Assert.That(result.Error, Does.StartWith("processpool: ").And.Contains(reason));
        Assert.That(result.Error.TrimEnd('\n'), Does.Not.Contain("\n"));
    }

    [TestCase("--help", "images")]
    [TestCase("images --help", "--count")]
    [TestCase("read --help", "DIR")]
    public void Help_is_not_an_error(string arguments, string part)
    {
        ChildResult result = CoordinatorCommand.Run(_directory.Path, arguments.Split(' '));

        Assert.That(result.ExitCode, Is.Zero, result.Error);
        Assert.That(result.Output, Does.Contain(part));
    }
}
