using System.Runtime.InteropServices;
using ProcessPool;

namespace ChaosApp;

/// <summary>A coordinator whose workers write shared memory.</summary>
internal static partial class Sharing
{
    private const int SetDumpable = 4;

    /// <summary>
    /// Lets two workers fill an array, and then wait until a file tells them to go on. Another file says where the
    /// memory is. If the array cannot be created, standard output says so.
    /// </summary>
    /// <param name="directory">Where the files are.</param>
    /// <param name="how">"memory", "files" (set by the switch), "closed" (no other process may look into this one), or
    /// "kept" (as files, and nothing is disposed of).</param>
    /// <param name="megabytes">The size of the array.</param>
    public static int Run(string directory, string how, int megabytes)
    {
        if (how is "files" or "kept") AppContext.SetSwitch("ProcessPool.SharedMemory.UseFiles", true);
        if (how == "closed") CloseThisProcess();
        var array = Make(megabytes);
        if (array is null) return 1;
        File.WriteAllLines(Path.Combine(directory, "where"), File.ReadLines("/proc/self/maps").Where(static line => line.Contains("processpool-")));
        var pool = new Pool(2);
        pool.Map(half => Fill(array.Slice(half * array.Length / 2, array.Length / 2), directory, half), [0, 1]);
        Console.WriteLine(array.Span.ContainsAnyExcept((byte)1) ? "not filled" : "filled");
        if (how == "kept") return 0;
        array.Dispose();
        pool.Dispose();
        return 0;
    }

    /// <summary>No other process may look into this one from now on.</summary>
    public static void CloseThisProcess() => _ = ProcessControl(SetDumpable, 0, 0, 0, 0);

    private static SharedArray<byte>? Make(int megabytes)
    {
        try
        {
            return SharedArray.Create<byte>((long)megabytes << 20);
        }
        catch (IOException e)
        {
            Console.WriteLine(e.Message);
            return null;
        }
    }

    private static void Fill(SharedArray<byte> part, string directory, int half)
    {
        part.Fill(1);
        File.WriteAllText(Path.Combine(directory, $"busy-{half}"), "");
        while (!File.Exists(Path.Combine(directory, "go"))) Thread.Sleep(1);
    }

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int ProcessControl(int option, ulong a, ulong b, ulong c, ulong d);
}
