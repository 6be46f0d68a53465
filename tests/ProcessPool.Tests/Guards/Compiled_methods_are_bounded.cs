namespace ProcessPool.Tests.Guards;

/// <summary>
/// How many methods the runtime compiles in a new process until the first result. In an application that is not published ready
/// to run, this takes much of the time until then. What counts is our own code, that of packages, and code of the framework that
/// is generic over value types for which it has no ready-to-run code.
/// </summary>
internal sealed class Compiled_methods_are_bounded
{
    private const string Reason = "Each method delays the start of every program or worker. The bound is about 7 % above.";

    private Count _count = null!;

    [OneTimeSetUp]
    public void RunGuardApp() => _count = Count.Run("compiled-methods", "methods", runs: 3, PlainAssemblies, NoSecondCompilation);

    [Test]
    public void In_the_coordinator() => _count.Check("coordinator", 1270, "1,180 to 1,200", Reason);

    [Test]
    public void In_a_worker() => _count.Check("worker", 515, "479 to 483", Reason);

    /// <summary>The runtime uses ready-to-run code of the framework, but none of our assemblies and of packages.</summary>
    private static (string Name, string Value) PlainAssemblies
    {
        get
        {
            var names = Directory.GetFiles(AppContext.BaseDirectory, "*.dll").Select(Path.GetFileNameWithoutExtension);
            return ("DOTNET_ReadyToRunExcludeList", string.Join(';', names));
        }
    }

    /// <summary>
    /// The runtime begins to count the calls of a method after this many milliseconds (hexadecimal). So it compiles no method
    /// again, even on a slow machine.
    /// </summary>
    private static (string Name, string Value) NoSecondCompilation => ("DOTNET_TC_CallCountingDelayMs", "ffff");
}
