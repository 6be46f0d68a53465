using System.ComponentModel;
using System.Diagnostics;
using ProcessPool.Platform;

namespace ProcessPool.Workers;

/// <summary>Ties workers to processors.</summary>
internal static class ProcessorSet
{
    private const string Option = nameof(PoolOptions.ConfigureWorker);

    /// <summary>How many processors the mask of a Windows process has bits for.</summary>
    private const int MostOnWindows = 64;

    /// <summary>Checks whether a worker can run on these processors, and on all of them.</summary>
    /// <exception cref="ArgumentException">It cannot.</exception>
    /// <exception cref="PlatformNotSupportedException">This system cannot tie processes to processors.</exception>
    public static void Check(IReadOnlyList<int> processors, int worker)
    {
        if (processors.Count == 0) return;
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException(
                $"PoolOptions.{Option} names processors for worker {worker} (WorkerOptions.Processors). Only Linux and Windows can tie a process to processors.");
        }

        var most = OperatingSystem.IsWindows() ? Math.Min(MostOnWindows, Environment.ProcessorCount) : Affinity.Most;
        if (processors.Any(processor => processor < 0 || processor >= most)) throw Refused(processors, worker);
        if (!OperatingSystem.IsLinux()) return;
        try
        {
            // The only way to find out: a control group may forbid what the machine has.
            using var _ = Enter(processors);
        }
        catch (Win32Exception)
        {
            throw Refused(processors, worker);
        }
    }

    /// <summary>
    /// Linux only, no effect elsewhere. Ties the calling thread to processors, until the returned object is disposed. Processes that the
    /// thread starts meanwhile take this over.
    /// </summary>
    /// <exception cref="Win32Exception">The system does not have all of these processors, or does not allow to use them.</exception>
    public static IDisposable? Enter(IReadOnlyList<int> processors)
    {
        if (processors.Count == 0 || !OperatingSystem.IsLinux()) return null;
        var before = Affinity.OfThread();
        try
        {
            Affinity.SetOfThread(processors);
        }
        catch
        {
            Affinity.Restore(before);
            throw;
        }

        return new Entered(before);
    }

    /// <summary>Windows only, no effect elsewhere: there the processors are set when the process runs.</summary>
    public static void SetForWindows(Process process, IReadOnlyList<int> processors)
    {
        if (processors.Count == 0 || !OperatingSystem.IsWindows()) return;
        var mask = 0L;
        foreach (var processor in processors) mask |= 1L << processor;
        try
        {
            process.ProcessorAffinity = (nint)mask;
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception && process.HasExited)
        {
            // The process has died. The thread that reads from it will notice.
        }
    }

    private static ArgumentException Refused(IReadOnlyList<int> processors, int worker) => new(
        $"PoolOptions.{Option}: worker {worker} cannot run on processors {string.Join(", ", processors)} (WorkerOptions.Processors): this process may not use all of them.", Option);

    private sealed class Entered(byte[] before) : IDisposable
    {
        public void Dispose() => Affinity.Restore(before);
    }
}
