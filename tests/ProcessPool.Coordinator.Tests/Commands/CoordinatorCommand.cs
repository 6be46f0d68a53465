namespace ProcessPool.Coordinator.Tests.Commands;

/// <summary>Runs the built command as a user's shell would.</summary>
internal static class CoordinatorCommand
{
    /// <summary>The command's assembly.</summary>
    public static string Assembly { get; } = Path.Combine(AppContext.BaseDirectory, "ProcessPool.Coordinator.dll");

    /// <summary>Runs the command to its end.</summary>
    public static ChildResult Run(string directory, params string[] arguments) =>
        Child.Run(Child.Dotnet, [Assembly, .. arguments], directory);

    /// <summary>Runs the command with a variable in its environment.</summary>
    public static ChildResult RunWith(string name, string value, string directory, params string[] arguments) =>
        Child.Run(Child.Dotnet, [Assembly, .. arguments], directory, new() { [name] = value });

    /// <summary>Runs a line of bash, for pipes and redirections. In it, <c>processpool</c> is the command.</summary>
    public static ChildResult RunInShell(string directory, string line) => Child.Run(
        "/bin/bash", ["-c", $"processpool() {{ '{Child.Dotnet}' '{Assembly}' \"$@\"; }}; {line}"], directory);

    /// <summary>Starts the command on Linux with the default action for SIGINT, even if the test run ignores SIGINT.</summary>
    public static Child StartInterruptible(params string[] arguments) =>
        new("/usr/bin/env", ["--default-signal=INT", Child.Dotnet, Assembly, .. arguments]);
}
