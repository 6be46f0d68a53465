using System.Diagnostics;
using System.Runtime.InteropServices;

namespace ChaosApp;

/// <summary>An item that prints in every way there is.</summary>
internal static partial class Printing
{
    public static int AllWays(int item)
    {
        Console.WriteLine($"to Console.Out {item}");
        Console.Error.WriteLine($"to Console.Error {item}");
        _ = PutString($"from native code {item}");
        using var child = Process.Start("echo", $"from a child {item}");
        child.WaitForExit();
        return item;
    }

    public static void Lines(int count, int length)
    {
        var line = new string('x', length);
        for (var i = 0; i < count; i++) Console.WriteLine(line);
    }

    [LibraryImport("libc", EntryPoint = "puts", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int PutString(string text);
}
