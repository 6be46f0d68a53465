using System.ComponentModel;
using System.Runtime.InteropServices;

namespace ProcessPool.Platform;

/// <summary>Linux only: the processors on which the calling thread may run.</summary>
internal static class Affinity
{
    /// <summary>More processors than Linux can be built for; it asks for as many bits as it was built for, or more.</summary>
    public const int Most = 8192;

    /// <summary>The processors as bits.</summary>
    public static byte[] OfThread()
    {
        var mask = new byte[Most / 8];
        if (Libc.GetAffinity(0, mask.Length, mask) < 0) throw new Win32Exception(Marshal.GetLastPInvokeError());
        return mask;
    }

    /// <exception cref="Win32Exception">The system does not have all of these processors, or does not allow to use them.</exception>
    public static void SetOfThread(IEnumerable<int> processors)
    {
        var mask = new byte[Most / 8];
        foreach (var processor in processors) mask[processor / 8] |= (byte)(1 << (processor % 8));
        Restore(mask);

        // Linux ignores processors that it does not have, if any are left.
        if (!OfThread().AsSpan().SequenceEqual(mask)) throw new Win32Exception("Some of the processors cannot be used.");
    }

    /// <exception cref="Win32Exception">None of these processors can be used.</exception>
    public static void Restore(byte[] mask)
    {
        if (Libc.SetAffinity(0, mask.Length, mask) != 0) throw new Win32Exception(Marshal.GetLastPInvokeError());
    }
}
