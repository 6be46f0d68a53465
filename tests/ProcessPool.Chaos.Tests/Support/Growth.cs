using System.Runtime.InteropServices;

namespace ProcessPool.Chaos.Tests.Support;

/// <summary>Items that take more and more memory, up to a bound in case nothing stops them.</summary>
internal static class Growth
{
    private const int MiB = 1 << 20;

    /// <summary>Much more MiB than any limit of the tests.</summary>
    private const int Most = 1024;

    private static readonly LinkedList<byte[]> Leaked = [];

    /// <summary>Takes managed memory that is released when the item fails.</summary>
    public static void Managed(int piece = 10_000)
    {
        List<byte[]> held = [];
        for (var taken = 0L; taken < (long)Most * MiB; taken += piece) held.Add(Touched(piece));
        GC.KeepAlive(held);
    }

    /// <summary>Takes managed memory that outlives the item.</summary>
    public static void Leak(int mebibytes = Most, int piece = MiB)
    {
        for (var taken = 0L; taken < (long)mebibytes * MiB; taken += piece) Leaked.AddLast(Touched(piece));
    }

    /// <summary>Takes native memory, which the runtime does not know about.</summary>
    public static unsafe void Native(int mebibytes = Most)
    {
        for (var taken = 0; taken < mebibytes; taken++) new Span<byte>(NativeMemory.Alloc(MiB), MiB).Fill(1);
    }

    private static byte[] Touched(int size)
    {
        var bytes = new byte[size];
        Array.Fill(bytes, (byte)1);
        return bytes;
    }
}
