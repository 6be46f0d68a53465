namespace ProcessPool.Coordinator.Tests.Launcher;

[Platform("Linux")]
internal sealed class Run_sh_builds_when_something_has_changed
{
    private FakeRepository _repository = null!;

    [SetUp]
    public void MakeRepository()
    {
        _repository = new FakeRepository();
        Assert.That(_repository.RunAndSee(), Is.EqualTo("program frame"));
        Assert.That(_repository.Builds, Is.EqualTo(1));
    }

    [TearDown]
    public void RemoveRepository() => _repository.Dispose();

    [Test]
    public void And_otherwise_starts_at_once_and_says_nothing()
    {
        int calls = _repository.Calls.Length;
        ChildResult result = _repository.Run("fill", "--rows", "5 6");
        Assert.That((result.ExitCode, result.Output, result.Error), Is.EqualTo((0, "program frame \narguments: fill --rows 5 6\n", "")));
        Assert.That(_repository.Calls.Skip(calls).Single(), Does.EndWith("ProcessPool.Coordinator.dll fill --rows 5 6"), "not even the version is asked for");
    }

    [Test]
    public void It_says_so_on_standard_error()
    {
        _repository.Write("repository/Shared/Frame.cs", "other");
        ChildResult result = _repository.Run();
        Assert.That(result.Error, Is.EqualTo("run.sh: building Coordinator/ProcessPool.Coordinator.csproj\n"));
        Assert.That(result.Output, Does.StartWith("program other"));
        Directory.Delete(_repository.PathOf("repository/obj"), recursive: true);
        Assert.That(_repository.Run().Error, Is.EqualTo(
            "run.sh: building Coordinator/ProcessPool.Coordinator.csproj; the first time it fetches packages and takes some minutes\n"));
    }

    [Test]
    public void Sources_that_are_edited()
    {
        foreach (string text in (string[])["framf", "longer", "framf"])
        {
            // Same size, same time: as where a file system keeps times in seconds.
            string file = _repository.PathOf("repository/Shared/Frame.cs");
            DateTime time = File.GetLastWriteTimeUtc(file);
            File.WriteAllText(file, text);
            File.SetLastWriteTimeUtc(file, time);
            Assert.That(_repository.RunAndSee(), Is.EqualTo($"program {text}"));
        }

        Assert.That(_repository.Builds, Is.EqualTo(4));
    }

    [Test]
    public void Sources_that_are_added_renamed_and_deleted()
    {
        _repository.Write("repository/Shared/Deep/Er.cs", "deeper");
        Assert.That(_repository.RunAndSee(), Is.EqualTo("program deeper frame"));
        File.Move(_repository.PathOf("repository/Shared/Deep/Er.cs"), _repository.PathOf("repository/Shared/With space.txt"));
        Assert.That(_repository.RunAndSee(), Is.EqualTo("program frame"));
        File.Delete(_repository.PathOf("repository/Shared/With space.txt"));
        Assert.That(_repository.RunAndSee(), Is.EqualTo("program frame"));
        Assert.That(_repository.Builds, Is.EqualTo(4));
    }

    [Test]
    public void A_commit_that_is_switched()
    {
        _repository.Git("init", "--quiet");
        _repository.Git("add", "Shared");
        _repository.Git("commit", "--quiet", "-m", "one");
        Assert.That(_repository.RunAndSee(), Is.EqualTo("program frame"));
        _repository.Write("repository/Shared/Frame.cs", "other");
        _repository.Git("commit", "--quiet", "-a", "-m", "two");
        Assert.That(_repository.RunAndSee(), Is.EqualTo("program other"));
        _repository.Git("checkout", "--quiet", "HEAD~1");
        Assert.That(_repository.RunAndSee(), Is.EqualTo("program frame"));
        _repository.Git("commit", "--quiet", "--allow-empty", "-m", "the same sources, but assemblies name their commit");
        Assert.That(_repository.RunAndSee(), Is.EqualTo("program frame"));
        Assert.That(_repository.Builds, Is.EqualTo(5));
    }

    [TestCase("repository/global.json")]
    [TestCase("repository/Directory.Build.props")]
    [TestCase("repository/Directory.Packages.props")]
    [TestCase("repository/Coordinator/ProcessPool.Coordinator.csproj")]
    [TestCase("repository/nuget.config")]
    [TestCase("Directory.Build.targets")]
    [TestCase("NuGet.Config")]
    [TestCase("home/.nuget/NuGet/NuGet.Config")]
    [TestCase("repository/obj/run/ProcessPool.Coordinator/ProcessPool.Coordinator.dll")]
    [TestCase("repository/obj/run/ProcessPool.Coordinator/new.dll")]
    [TestCase("sdk/sdk/10.0.200/dotnet.dll")]
    public void A_file_that_builds_depend_on_or_make(string file)
    {
        _repository.Write(file, "changed");
        CheckThatItBuildsOnce();
    }

    [TestCase("repository/obj/run/ProcessPool.Coordinator")]
    [TestCase("repository/obj")]
    public void A_folder_that_is_deleted(string folder)
    {
        Directory.Delete(_repository.PathOf(folder), recursive: true);
        CheckThatItBuildsOnce();
    }

    [Test]
    public void The_sdk_that_is_found_first()
    {
        _repository.Write("other/sdk/10.0.100/dotnet.dll", "");
        FakeRepository.Executable(_repository.Write("other/dotnet", File.ReadAllText(_repository.PathOf("sdk/dotnet"))));
        File.Delete(_repository.PathOf("path/dotnet"));
        File.CreateSymbolicLink(_repository.PathOf("path/dotnet"), "../other/dotnet");
        CheckThatItBuildsOnce();
    }

    [Test]
    public void The_version_of_a_dotnet_whose_sdk_cannot_be_found()
    {
        File.Delete(_repository.PathOf("path/dotnet"));
        string script = $"""
            #!/bin/bash
            if [[ $1 == --version ]]; then cat "{_repository.PathOf("version")}"; else exec "{_repository.PathOf("sdk/dotnet")}" "$@"; fi
            """;
        FakeRepository.Executable(_repository.Write("path/dotnet", script));
        _repository.Write("version", "10.0.100\n");
        CheckThatItBuildsOnce();
        _repository.Write("version", "10.0.200\n");
        Assert.That(_repository.RunAndSee(), Is.EqualTo("program frame"));
        Assert.That(_repository.Builds, Is.EqualTo(3));
    }

    [Test]
    public void A_build_that_has_failed()
    {
        _repository.Write("fails", "");
        _repository.Write("repository/Shared/Frame.cs", "other");
        for (int i = 0; i < 2; i++)
        {
            ChildResult failed = _repository.Run();
            Assert.That((failed.ExitCode, failed.Output), Is.EqualTo((2, "")));
            Assert.That(failed.Error, Does.Contain("error CS1002: it does not build").And.EndWith("building Coordinator/ProcessPool.Coordinator.csproj failed\n"));
        }

        File.Delete(_repository.PathOf("fails"));
        _repository.Write("repository/Shared/Frame.cs", "frame");
        Assert.That(_repository.RunAndSee(), Is.EqualTo("program frame"));
    }

    [TestCase("KILL")]
    [TestCase("TERM")]
    public void A_build_that_was_interrupted(string signal)
    {
        using Child interrupted = StartBuild("other");
        Assert.That(Child.Run("/bin/kill", [$"-{signal}", "--", $"-{interrupted.Id}"]).ExitCode, Is.Zero);
        interrupted.Finish();
        File.Delete(_repository.PathOf("waits"));

        // The sources are those of the last build that ended.
        string file = _repository.PathOf("repository/Shared/Frame.cs");
        File.Delete(file);
        File.Move(_repository.PathOf("kept"), file);
        Assert.That(_repository.RunAndSee(), Is.EqualTo("program frame"));
    }

    [Test]
    public void An_edit_that_comes_while_it_builds()
    {
        using Child child = StartBuild("other");
        _repository.Write("repository/Shared/Frame.cs", "later");
        File.Delete(_repository.PathOf("waits"));
        Assert.That(child.Finish().Output, Does.StartWith("program other"));
        Assert.That(_repository.RunAndSee(), Is.EqualTo("program later"));
    }

    [Test]
    public void One_for_each_target()
    {
        _repository.Write("repository/Shared/Frame.cs", "other");
        Assert.That(_repository.RunAndSee("soak"), Is.EqualTo("program other"));
        Assert.That(_repository.RunAndSee("soak"), Is.EqualTo("program other"));
        Assert.That(_repository.Builds, Is.EqualTo(2));
        Assert.That(_repository.RunAndSee(), Is.EqualTo("program other"));
        Assert.That(_repository.Builds, Is.EqualTo(3));
    }

    [Test]
    public void The_command_as_well_as_the_benchmark_that_measures_it()
    {
        _repository.Write("repository/Shared/Frame.cs", "other");
        Assert.That(_repository.RunAndSee("bench"), Is.EqualTo("program other"));
        Assert.That(_repository.Builds, Is.EqualTo(3));
        Assert.That(_repository.RunAndSee(), Is.EqualTo("program other"));
        Assert.That(_repository.Builds, Is.EqualTo(3));
    }

    [TestCase("flock")]
    [TestCase("perl")]
    public void And_a_second_one_waits_meanwhile(string locksWith)
    {
        if (locksWith == "perl")
            _repository.SystemPath = WithoutFlock();
        using Child first = StartBuild("other");
        using Child second = _repository.Start();
        second.WaitForErrorLine("run.sh: waiting for another run.sh that is building");
        File.Delete(_repository.PathOf("waits"));
        Assert.That(first.Finish().Output, Does.StartWith("program other"));
        Assert.That(second.Finish().Output, Does.StartWith("program other"));
        Assert.That(_repository.Builds, Is.EqualTo(2), "the second has found the output of the first");
    }

    private void CheckThatItBuildsOnce()
    {
        Assert.That(_repository.RunAndSee(), Is.EqualTo("program frame"));
        Assert.That(_repository.Builds, Is.EqualTo(2));
        Assert.That(_repository.RunAndSee(), Is.EqualTo("program frame"));
        Assert.That(_repository.Builds, Is.EqualTo(2));
    }

    /// <summary>Changes a source, and starts a build that goes on until the file <c>waits</c> is deleted.</summary>
    private Child StartBuild(string text)
    {
        _repository.Write("waits", "");
        File.Move(_repository.PathOf("repository/Shared/Frame.cs"), _repository.PathOf("kept"));
        _repository.Write("repository/Shared/Frame.cs", text);
        Child child = _repository.Start();
        Assert.That(() => File.Exists(_repository.PathOf("reached")), Is.True.After(60).Seconds.PollEvery(10).MilliSeconds);
        Assert.That(Directory.GetFiles(_repository.PathOf("repository/obj/run"), "*.built"), Is.Empty, "nothing says that it was built");
        return child;
    }

    /// <summary>A folder with all programs that run.sh uses but one, which macOS does not have.</summary>
    private string WithoutFlock()
    {
        string folder = Directory.CreateDirectory(_repository.PathOf("programs")).FullName;
        if (!File.Exists("/usr/bin/perl"))
            Assert.Ignore("perl is not installed.");
        foreach (string program in (string[])["bash", "basename", "cat", "cksum", "cmp", "dirname", "find", "git", "mkdir", "mktemp", "mv", "perl", "readlink", "rm", "sed", "sleep", "sort", "stat", "touch"])
            File.CreateSymbolicLink(Path.Combine(folder, program), File.Exists($"/usr/bin/{program}") ? $"/usr/bin/{program}" : $"/bin/{program}");
        return folder;
    }
}
