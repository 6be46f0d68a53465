using System.Buffers.Text;
using System.ComponentModel;
using System.Diagnostics;
using Microsoft.Win32.SafeHandles;

namespace ProcessPool.Workers;

/// <summary>
/// The private memory of a process of this machine, native included: on Linux its anonymous pages, resident or swapped out. Pages of
/// files and of shared memory do not count, so a shared array counts for no worker. Any thread; a look leaves no garbage.
/// </summary>
internal sealed class ProcessMemory : IDisposable
{
    /// <summary>The lines that are looked for stand in the first two thousand, unless the process is in hundreds of groups.</summary>
    private const int LongestStatus = 16 * 1024;

    private readonly Process _process;

    /// <summary>Kept open: another process that gets the same number later is not looked at by mistake.</summary>
    private readonly SafeFileHandle? _status;

    public ProcessMemory(Process process)
    {
        _process = process;
        if (!OperatingSystem.IsLinux()) return;
        try
        {
            _status = File.OpenHandle($"/proc/{process.Id}/status", FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is gone already, or /proc does not show it: then nobody can say.
        }
    }

    /// <summary>In bytes; null if it is gone, or the system does not say.</summary>
    public long? Look()
    {
        try
        {
            if (!OperatingSystem.IsLinux()) return LookElsewhere();
            if (_status is null) return null;
            Span<byte> buffer = stackalloc byte[LongestStatus];
            return Parse(buffer[..RandomAccess.Read(_status, buffer, 0)]);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException or Win32Exception)
        {
            return null;
        }
    }

    public void Dispose() => _status?.Dispose();

    /// <summary>RssAnon and VmSwap of <c>/proc/PID/status</c>; null of a process that has no memory any more.</summary>
    internal static long? Parse(ReadOnlySpan<byte> status)
    {
        var resident = Field(status, "\nRssAnon:"u8);
        return resident is null ? null : resident + (Field(status, "\nVmSwap:"u8) ?? 0);
    }

    private static long? Field(ReadOnlySpan<byte> status, ReadOnlySpan<byte> name)
    {
        var at = status.IndexOf(name);
        if (at < 0) return null;
        var value = status[(at + name.Length)..].TrimStart(" \t"u8);
        return Utf8Parser.TryParse(value, out long kilobytes, out var length) && value[length..].StartsWith(" kB"u8) ? 1024 * kilobytes : null;
    }

    /// <summary>Windows counts private bytes; of the others .NET says only what is resident, shared pages included.</summary>
    private long LookElsewhere()
    {
        lock (_process)
        {
            _process.Refresh();
            return OperatingSystem.IsWindows() ? _process.PrivateMemorySize64 : _process.WorkingSet64;
        }
    }
}
