namespace ProcessPool.Coordinator.Tests.Commands;

internal sealed class DemoTests
{
    [Test]
    public void Without_a_subcommand_the_demo_runs_and_cleans_up()
    {
        using var directory = new TemporaryDirectory();

        ChildResult result = CoordinatorCommand.RunWithTemporary(directory.Path, "--workers", "2");

        Assert.That(result.ExitCode, Is.Zero, result.Error);
        Assert.That(
            result.Output.Split('\n').Select(line => line.Split(' ')[0]),
            Is.EqualTo((string[])["workers:", "made:", "read:", "checked:", ""]));
        Assert.That(result.Output, Does.Contain("made: 2000 images of 100x100").And.Contains("read: 2000 images"));
        Assert.That(Directory.GetFileSystemEntries(directory.Path, "processpool-*"), Is.Empty);
    }
}
