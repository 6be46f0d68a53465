namespace ProcessPool.Launch.Tests;

/// <summary>Programs that users write elsewhere: an application in one file, and a project that uses the package.</summary>
internal sealed class Programs_beyond_the_repository_start_workers
{
    /// <summary>Prints sums that a method computes which only reflection calls.</summary>
    private const string Program = """
        using System.Runtime.Serialization;
        using ProcessPool;

        var shift = new Point(100, 200);
        var points = Enumerable.Range(1, 3).Select(i => new Point(i, -i));
        await using var pool = new Pool(workers: 2);
        var sums = await pool.MapAsync(point => new Point(point.X + shift.X, point.Y + shift.Y), points);
        var workers = await pool.MapAsync(_ => Environment.ProcessId, points);
        Console.WriteLine(string.Join(' ', sums.Select(sum => $"{sum.X},{sum.Y},{sum.Sum}")));
        Console.WriteLine(workers.Contains(Environment.ProcessId) ? "in this process" : "in others");

        internal sealed record Point(int X, int Y)
        {
            [field: NonSerialized]
            public int Sum { get; private set; }

            [OnDeserialized]
            private void Add(StreamingContext context) => Sum = X + Y;
        }
        """;

    private string _consumer = "";

    /// <summary>Into a store of its own, because this version would stay in the user's, from which the rest comes.</summary>
    private static string[] FromPackages =>
    [
        $"-p:RestoreAdditionalProjectSources={SharedBuilds.Sdk.File("packages")}",
        $"-p:RestorePackagesPath={SharedBuilds.Sdk.File("store")}",
        $"-p:RestoreFallbackFolders={UsersPackages}",
    ];

    private static string UsersPackages => Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    [Test]
    public void An_application_in_one_file_starts_workers()
    {
        var file = SharedBuilds.Sdk.File("app.cs");
        File.WriteAllText(file, $"""
            #:project {Path.Combine(Sdk.Repository, "ProcessPool", "ProcessPool.csproj")}
            {Program}
            """);

        Check(Sdk.RunApplication(Path.GetDirectoryName(file)!, ["run", file, .. SharedBuilds.Sdk.Here("file")]));
    }

    /// <summary>A project that uses the package.</summary>
    [OneTimeSetUp]
    public void Pack()
    {
        foreach (var project in (string[])["Shared", "Worker", "ProcessPool"])
            Sdk.Run(["pack", Path.Combine(Sdk.Repository, project), "--no-build", "--output", SharedBuilds.Sdk.File("packages"), .. SharedBuilds.Sdk.Own]);
        _consumer = Directory.CreateDirectory(SharedBuilds.Sdk.File("consumer")).FullName;
        File.WriteAllText(Path.Combine(_consumer, "Program.cs"), Program);
        File.WriteAllText(Path.Combine(_consumer, "Consumer.csproj"), """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="ProcessPool" Version="*" />
              </ItemGroup>
            </Project>
            """);
    }

    [Test]
    public void An_application_with_the_package_starts_workers()
    {
        var published = SharedBuilds.Sdk.File("consumer published");

        Sdk.Run(["publish", _consumer, "--output", published, .. FromPackages]);

        Check(ProcessFamily.Run(Path.Combine(published, Sdk.Program("Consumer")), []));
        PublishedFiles.CheckWorker(published);
    }

    [Test]
    public void A_trimmed_application_with_the_package_starts_workers_and_keeps_what_only_reflection_uses()
    {
        var published = SharedBuilds.Sdk.File("consumer trimmed");

        var output = Sdk.Run(["publish", _consumer, "--output", published, "--self-contained", "-p:PublishTrimmed=true", .. FromPackages]);

        Check(ProcessFamily.Run(Path.Combine(published, Sdk.Program("Consumer")), []));
        Assert.That(Sdk.WarningsIn(output), Is.EqualTo((string[])["PROCESSPOOL001"]));
    }

    /// <summary>Only the step that refuses it, because a native compiler may be missing.</summary>
    [Test]
    public void An_application_with_the_package_is_not_compiled_by_Native_AOT()
    {
        Sdk.Run(["restore", _consumer, .. FromPackages]);

        var result = Sdk.RunApplication(_consumer, "msbuild", "-t:PrepareForPublish", "-p:PublishAot=true");

        Assert.That(result.ExitCode, Is.Not.Zero);
        Assert.That(result.Output, Does.Contain("error PROCESSPOOL002").And.Contains("Set PublishAot to false"));
    }

    private static void Check(ChildResult result)
    {
        Assert.That(result.ExitCode, Is.Zero, result.Output + result.Error);
        Assert.That(
            result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
            Is.EqualTo((string[])["101,199,300 102,198,300 103,197,300", "in others"]));
    }
}
