using System.Collections.Concurrent;

namespace ProcessPool.Coordinator.Tests;

/// <summary>Runs Debian's Python with its packages, for comparisons with other implementations.</summary>
internal static class Python
{
    private const string Executable = "/usr/bin/python3";

    private static readonly ConcurrentDictionary<string, string?> WhyNot = [];

    /// <summary>Skips the test if a module is missing. In CI, where modules must be installed, fails it instead.</summary>
    public static void Require(string module, string debianPackage)
    {
        if (WhyNot.GetOrAdd(module, Import) is not { } reason)
            return;
        string message = $"{Executable} cannot import {module} (Debian package {debianPackage}): {reason}";
        if (Environment.GetEnvironmentVariable("CI") == "true")
            Assert.Fail(message);
        Assert.Ignore(message);
    }

    /// <summary>Runs a script; returns the lines it printed.</summary>
    public static string[] Run(string script, params string[] arguments)
    {
        ChildResult result = Child.Run(Executable, ["-c", script, .. arguments]);
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        return result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static string? Import(string module)
    {
        if (!File.Exists(Executable))
            return "the file does not exist";
        ChildResult result = Child.Run(Executable, ["-c", $"import {module}"]);
        return result.ExitCode == 0 ? null : result.Error.Trim().Split('\n')[^1];
    }
}
