using System.Buffers.Text;
using System.ComponentModel;
using System.Diagnostics;
using Microsoft.Win32.SafeHandles;

namespace ProcessPool.Workers;

/// <summary>
/// Measures the private memory of a process on this machine, including native memory: on Linux its anonymous pages, resident or
/// swapped out. Pages of files and of shared memory do not count, so a shared array counts for no worker. Thread-safe, and
/// allocates nothing on Linux.
/// </summary>
internal sealed class ProcessMemory : IDisposable
{
    /// <summary>The wanted lines are within the first two thousand bytes, unless the process is in hundreds of groups.</summary>
    private const int LongestStatus = 16 * 1024;

    private readonly Process _process;

    /// <summary>Kept open, so that a later process with the same id is not read by mistake.</summary>
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
            // The process is gone already, or /proc does not show it. Its memory stays unknown.
        }
    }

    /// <summary>The private memory in bytes; null if the process is gone, or the system does not say.</summary>
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

    /// <summary>RssAnon plus VmSwap of <c>/proc/PID/status</c>; null for a process that has no memory any more.</summary>
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

    /// <summary>
    /// On Windows the private bytes. On other systems .NET only reports the resident memory, shared pages included.
    /// </summary>
    private long LookElsewhere()
    {
        lock (_process)
        {
            _process.Refresh();
            return OperatingSystem.IsWindows() ? _process.PrivateMemorySize64 : _process.WorkingSet64;
        }
    }
}
