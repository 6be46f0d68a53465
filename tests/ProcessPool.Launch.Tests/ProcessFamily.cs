using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace ProcessPool.Launch.Tests;

/// <summary>A process and all that it has started, by a variable that they inherit. On Linux; elsewhere it is not known.</summary>
internal sealed class ProcessFamily
{
    public const string Variable = "LAUNCHAPP_FAMILY";

    public string Name { get; } = Guid.NewGuid().ToString("N");

    /// <summary>The processes that are left after some time at most.</summary>
    public IReadOnlyList<int> MembersAfter(TimeSpan patience)
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
    public void Kill()
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
            return environment.Contains($"{Variable}={Name}", StringComparison.Ordinal);
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
