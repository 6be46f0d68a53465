namespace ProcessPool.Launch.Tests;

/// <summary>The application's assemblies, including the worker's, are inside its executable.</summary>
internal sealed class Single_files_start_workers
{
    [TestCase("--no-self-contained")]
    [TestCase("--self-contained")]
    public void A_single_file_starts_workers(string contained)
    {
        var program = PublishSingleFile(contained, contained);

        Launched.Check(program);
        var link = File.CreateSymbolicLink(SharedBuilds.Sdk.File(Sdk.Program($"link{contained}")), program);
        Launched.Check(link.FullName);
    }

    [Test]
    public void A_single_file_that_unpacks_itself_starts_workers()
    {
        var program = PublishSingleFile("unpacking", "--no-self-contained", "-p:IncludeAllContentForSelfExtract=true");

        Launched.CheckIn(null, new() { ["DOTNET_BUNDLE_EXTRACT_BASE_DIR"] = SharedBuilds.Sdk.File("unpacked") }, program);
    }

    [Test]
    public void Without_startup_hooks_Main_becomes_a_worker_or_no_worker_is_started()
    {
        var program = PublishSingleFile("without hooks", "--no-self-contained", "-p:StartupHookSupport=false");
        var starts = Directory.CreateDirectory(SharedBuilds.Sdk.File("starts of single file")).FullName;

        Launched.CheckIn(null, new() { ["LAUNCHAPP_RUN_IF_WORKER"] = "1" }, program);
        var result = ProcessFamily.Run(program, [], null, new() { ["LAUNCHAPP_STARTS"] = starts });

        Assert.That(result.ExitCode, Is.Not.Zero);
        Assert.That(result.Error, Does.Contain("startup hooks are disabled").And.Contains("Pool.RunIfWorker(args)"));
        Assert.That(Directory.GetFiles(starts), Has.Length.EqualTo(1));
    }

    private string PublishSingleFile(string name, params string[] arguments)
    {
        var published = SharedBuilds.Sdk.Publish(name, ["-p:PublishSingleFile=true", .. Sdk.ForThisMachine, .. arguments]);
        Assert.That(Directory.GetFiles(published, "*.dll"), Is.Empty);
        return Path.Combine(published, Sdk.Program("LaunchApp"));
    }
}
