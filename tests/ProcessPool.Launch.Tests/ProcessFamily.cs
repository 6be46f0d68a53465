using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace ProcessPool.Launch.Tests;

/// <summary>A process and all processes below it, found by a variable that they inherit. Only known on Linux.</summary>
internal sealed class ProcessFamily
{
    private const string Variable = "LAUNCHAPP_FAMILY";

    private readonly string _name = Guid.NewGuid().ToString("N");

    /// <summary>Runs a program to its end; its workers have to end too.</summary>
    public static ChildResult Run(
        string program, IEnumerable<string> arguments, string? directory = null, Dictionary<string, string>? environment = null)
    {
        var family = new ProcessFamily();
        try
        {
            var result = Child.Run(program, arguments, directory, new(environment ?? []) { [Variable] = family._name }, TimeSpan.FromMinutes(1));
            Assert.That(family.MembersAfter(TimeSpan.FromSeconds(10)), Is.Empty, "Processes are left behind.");
            return result;
        }
        finally
        {
            family.Kill();
        }
    }

    /// <summary>The processes that are left after some time at most.</summary>
    private List<int> MembersAfter(TimeSpan patience)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            var members = Members();
            if (members.Count == 0 || waited.Elapsed > patience) return members;
            Thread.Sleep(20);
        }
    }

    /// <summary>Kills what is left, until nothing is.</summary>
    private void Kill()
    {
        for (var members = Members(); members.Count > 0; members = Members())
        {
            foreach (var id in members) Kill(id);
        }
    }

    private List<int> Members()
    {
        if (!OperatingSystem.IsLinux()) return [];
        List<int> members = [];
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory), out var id) && IsMember(directory)) members.Add(id);
        }

        return members;
    }

    private bool IsMember(string directory)
    {
        try
        {
            var environment = Encoding.UTF8.GetString(File.ReadAllBytes(Path.Combine(directory, "environ")));
            return environment.Contains($"{Variable}={_name}", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has ended, or is somebody else's.
            return false;
        }
    }

    private static void Kill(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            process.Kill();
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception)
        {
            // It has ended.
        }
    }
}
