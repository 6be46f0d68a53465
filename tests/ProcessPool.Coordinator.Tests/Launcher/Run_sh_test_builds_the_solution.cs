namespace ProcessPool.Coordinator.Tests.Launcher;

[Platform("Linux")]
internal sealed class Run_sh_test_builds_the_solution
{
    private FakeRepository _repository = null!;

    [SetUp]
    public void MakeRepository()
    {
        _repository = new FakeRepository();
        Assert.That(_repository.RunAndSee("test"), Is.EqualTo("program frame"));
    }

    [TearDown]
    public void RemoveRepository() => _repository.Dispose();

    [Test]
    public void Plainly_and_runs_its_tests()
    {
        Assert.That(_repository.Calls, Has.Exactly(1).EqualTo("build ProcessPool.sln --configuration Release --verbosity quiet"));
        Assert.That(_repository.Run("test", "--filter", "a b").Output, Does.EndWith("/repository/ProcessPool.sln --configuration Release --no-build -m:1 --filter a b\n"));
        Assert.That(_repository.Builds, Is.EqualTo(1));
    }

    [TestCase("repository/Shared/Frame.cs")]
    [TestCase("repository/Coordinator/obj/project.assets.json")]
    [TestCase("repository/Coordinator/bin/Release/net10.0/ProcessPool.Coordinator.dll")]
    public void Again_when_a_file_has_changed(string file)
    {
        _repository.Write(file, "changed");
        CheckThatItBuildsOnce();
    }

    [TestCase("repository/Coordinator/bin")]
    [TestCase("repository/Coordinator/obj")]
    [TestCase("packages")]
    public void Again_when_a_folder_was_deleted(string folder)
    {
        Directory.Delete(_repository.PathOf(folder), recursive: true);
        CheckThatItBuildsOnce();
    }

    [Test]
    public void Beside_the_command_that_run_sh_builds()
    {
        Assert.That(_repository.RunAndSee(), Is.EqualTo("program frame"));
        Assert.That(_repository.RunAndSee("test"), Is.EqualTo("program frame"));
        Assert.That(_repository.Builds, Is.EqualTo(2), "neither makes the other build again");
    }

    private void CheckThatItBuildsOnce()
    {
        for (int i = 0; i < 2; i++)
        {
            Assert.That(_repository.Run("test").ExitCode, Is.Zero);
            Assert.That(_repository.Builds, Is.EqualTo(2));
        }
    }
}
