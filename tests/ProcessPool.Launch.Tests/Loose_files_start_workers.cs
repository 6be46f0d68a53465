namespace ProcessPool.Launch.Tests;

/// <summary>The application consists of separate files, and runs on the installed runtime.</summary>
internal sealed class Loose_files_start_workers
{
    private string _built = "";
    private string _published = "";

    private string Apphost => Path.Combine(_published, Sdk.Program("LaunchApp"));

    private string Assembly => Path.Combine(_published, "LaunchApp.dll");

    [OneTimeSetUp]
    public void Publish()
    {
        _published = SharedBuilds.Sdk.Publish("published");
        _built = SharedBuilds.Sdk.File("artifacts", "bin", "published", "release");
    }

    [Test]
    public void An_apphost_starts_workers() => Launched.Check(Path.Combine(_built, Sdk.Program("LaunchApp")));

    [Test]
    public void Dotnet_with_an_assembly_starts_workers() => Launched.Check(Child.Dotnet, Path.Combine(_built, "LaunchApp.dll"));

    [Test]
    public void Dotnet_run_starts_workers() =>
        Launched.CheckIn(Sdk.Repository, [], Child.Dotnet, ["run", "--project", Sdk.LaunchApp, "--no-build", .. SharedBuilds.Sdk.Here("published")]);

    [Test]
    public void A_framework_dependent_publish_starts_workers() => Launched.Check(Apphost);

    [Test]
    public void A_framework_dependent_publish_has_the_worker_once() => PublishedFiles.CheckWorker(_published);

    [Test]
    public void An_application_without_a_deps_file_starts_workers()
    {
        var published = SharedBuilds.Sdk.Publish("no deps", "-p:GenerateDependencyFile=false");

        Assert.That(Directory.GetFiles(published, "*.deps.json"), Is.Empty);
        Launched.Check(Path.Combine(published, Sdk.Program("LaunchApp")));
        Launched.Check(Child.Dotnet, Path.Combine(published, "LaunchApp.dll"));
    }

    [Test]
    public void An_application_behind_a_symbolic_link_starts_workers()
    {
        var links = Directory.CreateDirectory(SharedBuilds.Sdk.File("links")).FullName;
        var apphost = File.CreateSymbolicLink(Path.Combine(links, Sdk.Program("other")), Apphost);
        var assembly = File.CreateSymbolicLink(Path.Combine(links, "other.dll"), Assembly);
        var directory = Directory.CreateSymbolicLink(Path.Combine(links, "directory"), _published);

        Launched.Check(apphost.FullName);
        Launched.Check(Child.Dotnet, assembly.FullName);
        Launched.Check(Path.Combine(directory.FullName, Sdk.Program("LaunchApp")));
    }

    [Test]
    public void Relative_paths_from_another_working_directory_start_workers()
    {
        var elsewhere = Directory.CreateDirectory(SharedBuilds.Sdk.File("elsewhere")).FullName;

        Launched.CheckIn(elsewhere, [], Apphost);
        Launched.CheckIn(elsewhere, [], Child.Dotnet, Path.GetRelativePath(elsewhere, Assembly));
    }

    [Test]
    public void The_dotnet_of_another_installation_is_not_used() =>
        Launched.CheckIn(null, new() { ["DOTNET_HOST_PATH"] = Apphost }, Apphost);

    [Test]
    public void A_process_that_was_started_as_a_worker_and_runs_Main_refuses_to_start_workers()
    {
        var starts = Directory.CreateDirectory(SharedBuilds.Sdk.File("starts")).FullName;

        var result = ProcessFamily.Run(Apphost, [], null, new() { ["PROCESSPOOL_WORKER"] = "1", ["LAUNCHAPP_STARTS"] = starts });

        Assert.That(result.ExitCode, Is.Not.Zero);
        Assert.That(result.Error, Does.Contain("started as a worker, but its Main ran instead").And.Contains("Pool.RunIfWorker(args)"));
        Assert.That(Directory.GetFiles(starts), Has.Length.EqualTo(1));
    }
}
