using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ProcessPool.Chaos.Tests.Support;

namespace ProcessPool.Conformance.Tests.Support;

/// <summary>Functions for the workers to run.</summary>
internal static partial class Work
{
    public static int Square(int x) => x * x;

    public static int Multiply(int x, int y) => x * y;

    /// <summary>Waits for a file; no longer than a test may take.</summary>
    public static T AfterFile<T>(string file, T result)
    {
        if (!Eventually.True(() => File.Exists(file))) throw new TimeoutException($"{file} did not come.");
        return result;
    }

    /// <summary>Says that it runs, by a file.</summary>
    public static void Touch(string file) => File.WriteAllText(file, "");

    /// <summary>Says by a mark that it runs, as long as it does.</summary>
    public static T Marked<T>(SharedArray<int> marks, int mark, Func<T> work)
    {
        marks[mark] = 1;
        try
        {
            return work();
        }
        finally
        {
            marks[mark] = 0;
        }
    }

    public static void WaitFor(string file) => Assert.That(Eventually.True(() => File.Exists(file)), Is.True, $"there is {file}");

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static int Fail(string message) => throw new FormatException(message);

    /// <summary>Ends this process past all that .NET does at the end of one.</summary>
    public static void ExitAbruptly(int code)
    {
        Exit(code);
        throw new InvalidOperationException("_exit has returned.");
    }

    /// <summary>The .NET runtime goes on after a first SIGSEGV that is no fault of its own code.</summary>
    public static void Crash()
    {
        while (true) Processes.Signal(Environment.ProcessId, Processes.SigSegv);
    }

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void Exit(int code);
}
