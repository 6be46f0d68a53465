namespace ProcessPool.Coordinator.Tests.Launcher;

[Platform("Linux")]
internal sealed class Run_sh_compiles_ahead_of_time
{
    private const string Building = "run.sh: building Coordinator/ProcessPool.Coordinator.csproj";

    private FakeRepository _repository = null!;

    [SetUp]
    public void MakeRepository() => _repository = new FakeRepository();

    [TearDown]
    public void RemoveRepository() => _repository.Dispose();

    [TestCase("fill", "Coordinator/ProcessPool.Coordinator.csproj")]
    [TestCase("bench", "bench/ProcessPool.Bench.csproj")]
    [TestCase("soak", "tests/ProcessPool.Soak/ProcessPool.Soak.csproj")]
    public void What_it_runs(string argument, string project)
    {
        Assert.That(_repository.RunAndSee(argument), Is.EqualTo("program frame"));
        string name = Path.GetFileNameWithoutExtension(project);
        Assert.That(_repository.Calls, Has.Exactly(1).StartsWith($"publish {project} ").And.Contains($" --output obj/run/{name} --use-current-runtime -p:PublishReadyToRun=true "));
        Assert.That(_repository.Calls.Last(), Does.Contain($"/repository/obj/run/{name}/{name}.dll"));
    }

    [Test]
    public void And_says_so_where_it_cannot()
    {
        ChildResult result = RunWithoutCompiler();
        Assert.That((result.ExitCode, result.Output), Is.EqualTo((0, "program frame \narguments: \n")));
        Assert.That(result.Error.Split('\n')[1], Is.EqualTo(
            "run.sh: Coordinator/ProcessPool.Coordinator.csproj could not be compiled ahead of time, so it starts more slowly: " +
            "NU1101: no compiler [Coordinator/ProcessPool.Coordinator.csproj]"));
    }

    [Test]
    public void And_tries_again_on_another_day_not_at_each_start()
    {
        RunWithoutCompiler();
        ChildResult again = _repository.Run();
        Assert.That((again.Output, again.Error), Is.EqualTo(("program frame \narguments: \n", "")));
        Assert.That(_repository.Builds, Is.EqualTo(2));

        FakeRepository.Executable(_repository.Write("path/date", "#!/bin/bash\necho 2100-01-01\n"));
        Assert.That(RunWithoutCompiler().Error, Does.StartWith(Building).And.Contain("could not be compiled ahead of time"));
        File.Delete(_repository.PathOf("no-compiler"));
        FakeRepository.Executable(_repository.Write("path/date", "#!/bin/bash\necho 2100-01-02\n"));
        Assert.That(_repository.Run().Error, Is.EqualTo($"{Building}\n"));
        CheckThatItIsCompiled();
    }

    [Test]
    public void And_tries_again_after_a_change()
    {
        RunWithoutCompiler();
        File.Delete(_repository.PathOf("no-compiler"));
        _repository.Write("home/.nuget/NuGet/NuGet.Config", "a source that has the compiler");
        Assert.That(_repository.Run().Error, Is.EqualTo($"{Building}\n"));
        CheckThatItIsCompiled();
    }

    [Test]
    public void And_shows_why_a_program_does_not_build_at_all()
    {
        _repository.Write("no-compiler", "");
        _repository.Write("fails", "");
        ChildResult failed = _repository.Run();
        Assert.That((failed.ExitCode, failed.Output), Is.EqualTo((2, "")));
        Assert.That(failed.Error, Does.Contain("error CS1002: it does not build").And.Not.Contain("ahead of time").And.Not.Contain("no compiler"));
    }

    [Test]
    public void And_leaves_nothing_of_an_earlier_build()
    {
        string file = _repository.Write("repository/obj/run/ProcessPool.Coordinator/Earlier.dll", "");
        Assert.That(_repository.RunAndSee(), Is.EqualTo("program frame"));
        Assert.That(file, Does.Not.Exist);
    }

    private ChildResult RunWithoutCompiler()
    {
        _repository.Write("no-compiler", "");
        return _repository.Run();
    }

    /// <summary>Checks that the last build was the last one: the next days start what it has made.</summary>
    private void CheckThatItIsCompiled()
    {
        int builds = _repository.Builds;
        FakeRepository.Executable(_repository.Write("path/date", "#!/bin/bash\necho 2100-01-03\n"));
        Assert.That(_repository.Run().Error, Is.Empty);
        Assert.That(_repository.Builds, Is.EqualTo(builds));
    }
}
