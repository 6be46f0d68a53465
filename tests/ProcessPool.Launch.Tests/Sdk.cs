using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace ProcessPool.Launch.Tests;

/// <summary>
/// Builds in a directory of its own, which goes with it: neither the repository's bin and obj folders nor builds under
/// way there are touched. What the sample application refers to is compiled once, for all of its builds.
/// </summary>
internal sealed partial class Sdk : IDisposable
{
    private static readonly TimeSpan TimeLimit = TimeSpan.FromMinutes(4);

    // Servers that outlive the command would hold its output open.
    private static readonly Dictionary<string, string> WithoutServers = new()
    {
        ["MSBUILDDISABLENODEREUSE"] = "1",
        ["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0",
        ["UseSharedCompilation"] = "false",
        ["DOTNET_NOLOGO"] = "1",
        ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
    };

    /// <summary>The blank is on purpose: paths have them.</summary>
    private readonly string _directory = Directory.CreateTempSubdirectory("processpool launch ").FullName;

    public static string Repository { get; } = FindRepository();

    public static string LaunchApp { get; } = Path.Combine(Repository, "tests", "LaunchApp");

    /// <summary>Publishes for this machine. Single files and self-contained applications need to be told.</summary>
    public static string[] ForThisMachine { get; } = ["--runtime", RuntimeInformation.RuntimeIdentifier];

    public static string Program(string name) => OperatingSystem.IsWindows() ? name + ".exe" : name;

    public string File(params string[] names) => Path.Combine([_directory, .. names]);

    // Restored for this machine, too, because publishes for it read what was restored for the references.
    public Sdk() => Run(
        ["build", Path.Combine(Repository, "tests", "LaunchLibrary"), $"-p:RuntimeIdentifiers={RuntimeInformation.RuntimeIdentifier}", "-p:RunAnalyzers=false", .. Own]);

    /// <summary>Publishes the sample application.</summary>
    /// <returns>The directory with it.</returns>
    public string Publish(string name, params string[] arguments) => Publish(name, out _, arguments);

    /// <inheritdoc cref="Publish(string, string[])"/>
    public string Publish(string name, out string output, params string[] arguments)
    {
        var directory = File(name);
        output = Run(["publish", LaunchApp, "--output", directory, .. Here(name), .. arguments]);
        return directory;
    }

    /// <summary>What a command needs so that it builds here.</summary>
    public string[] Own => ["--configuration", "Release", "--artifacts-path", File("artifacts")];

    /// <summary>What a command needs so that it builds the sample application here under a name, with the references that are here.</summary>
    public string[] Here(string name) =>
        [$"-p:LaunchAppBuild={name}", "-p:BuildProjectReferences=false", "-p:RestoreRecursive=false", "-p:RunAnalyzers=false", .. Own];

    /// <summary>The codes of the warnings that a build printed, each once.</summary>
    public static IEnumerable<string> WarningsIn(string output) =>
        Warning().Matches(output).Select(static match => match.Groups[1].Value).Distinct(StringComparer.Ordinal);

    /// <summary>Runs an SDK command; skips the test if the registry does not have the SDK's own packages.</summary>
    /// <returns>What it printed.</returns>
    public static string Run(params string[] arguments)
    {
        var result = Child.Run(Child.Dotnet, arguments, Repository, WithoutServers, TimeLimit);
        if (MissingPackage().Match(result.Output) is { Success: true } missing)
            Assert.Ignore($"The package registry does not have {missing.Groups[1]}: {missing.Value}");
        Assert.That(result.ExitCode, Is.Zero, $"dotnet {string.Join(' ', arguments)}\n{result.Output}{result.Error}");
        return result.Output;
    }

    /// <summary>Runs an SDK command that runs an application.</summary>
    public static ChildResult RunApplication(string directory, params string[] arguments) =>
        Child.Run(Child.Dotnet, arguments, directory, WithoutServers, TimeLimit);

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private static string FindRepository()
    {
        for (var directory = AppContext.BaseDirectory; directory is not null; directory = Path.GetDirectoryName(directory))
        {
            if (System.IO.File.Exists(Path.Combine(directory, "ProcessPool.sln"))) return directory;
        }

        throw new InvalidOperationException($"{AppContext.BaseDirectory} is not below the repository.");
    }

    [GeneratedRegex(@"error NU110[1-3]: .*(Microsoft\.NETCore\.App\.(?:Runtime|Host)\.\S+|Microsoft\.NET\.ILLink\.Tasks).*")]
    private static partial Regex MissingPackage();

    [GeneratedRegex(@"\bwarning ([A-Z]+\d+)")]
    private static partial Regex Warning();
}
