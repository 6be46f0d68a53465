using System.ComponentModel;
using System.IO.Pipes;
using ProcessPool.Memory;
using ProcessPool.Platform;

namespace ProcessPool.Workers;

/// <summary>A worker that is a process on this machine.</summary>
internal sealed class LocalWorker(
    PipedProcess process, SharedPage? page, IReadOnlyDictionary<string, string?> environmentToRestore, string command, WorkerSurroundings surroundings) : WorkerConnection
{
    /// <summary>
    /// The size of the pipes: large values then need a quarter of the context switches. Two pipes per worker stay far below what
    /// a user may have in pipes (fs.pipe-user-pages-soft: 64 MiB). Beyond that, the system refuses to enlarge them.
    /// </summary>
    private const int PipeBytes = 256 * 1024;

    private readonly ProcessMemory _memory = new(process.Process);

    public override Stream Input => process.Input;

    public override Stream Output => process.Output;

    public override Stream Error => process.Error;

    public override StatusPage? Page => page?.Page;

    public override int ProcessId { get; } = process.Process.Id;

    public override IReadOnlyDictionary<string, string?> EnvironmentToRestore => environmentToRestore;

    public override string Command => command;

    public override long? LookAtMemory() => _memory.Look();

    public override void OnStarted()
    {
        page?.OnOpened();
        ProcessNiceness.Raise(process.Process, surroundings.Niceness);
        ProcessorSet.SetForWindows(process.Process, surroundings.Processors);
        foreach (var stream in (ReadOnlySpan<Stream>)[Input, Output])
        {
            if (stream is PipeStream pipe) Libc.EnlargePipe((int)pipe.SafePipeHandle.DangerousGetHandle(), PipeBytes);
        }
    }

    public override void Kill()
    {
        try
        {
            // Kill the process group first, which includes the processes that tasks have started; it outlives its leader. A
            // worker that has not created its group yet has no children either.
            if (!OperatingSystem.IsWindows()) _ = Libc.Kill(-ProcessId, Libc.SigKill);
            process.Process.Kill(entireProcessTree: OperatingSystem.IsWindows());
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception)
        {
            // The process has exited already.
        }
    }

    public override int? WaitForExit(TimeSpan timeout) => process.WaitForExit(timeout);

    public override void Dispose()
    {
        _memory.Dispose();
        process.Dispose();
        page?.Dispose();
    }
}
