using System.Collections;
using System.Runtime.InteropServices;

namespace LaunchApp.Probe;

/// <summary>The environment of a process, as managed code and native code see it.</summary>
internal static partial class Surroundings
{
    /// <summary>What a shell sets by itself.</summary>
    private static readonly string[] OfTheShell = ["_", "PWD", "OLDPWD", "SHLVL"];

    /// <summary>The variables of managed code.</summary>
    public static string[] Managed() =>
        [.. from DictionaryEntry variable in Environment.GetEnvironmentVariables() select $"{variable.Key}={variable.Value}"];

    /// <summary>
    /// The variables that the C library has and hands on, printed by a program that it starts; .NET would hand its own
    /// copy on.
    /// </summary>
    public static string[] Native()
    {
        if (OperatingSystem.IsWindows()) return Managed();
        var file = Path.GetTempFileName();
        try
        {
            return StartShell($"printenv --null > '{file}'") == 0
                ? File.ReadAllText(file).Split('\0', StringSplitOptions.RemoveEmptyEntries)
                : throw new InvalidOperationException("printenv failed.");
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>The names of the variables that are not the same.</summary>
    public static string[] Differences(string[] before, string[] after) =>
    [
        .. before.Except(after).Union(after.Except(before))
            .Select(variable => variable.Split('=')[0])
            .Except(OfTheShell).Distinct().Order(StringComparer.Ordinal),
    ];

    [LibraryImport("libc", EntryPoint = "system", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StartShell(string command);
}
