using System.ComponentModel;
using System.Diagnostics;
using System.IO.Pipes;
using CliWrap;
using Microsoft.Win32.SafeHandles;

namespace ProcessPool.Workers;

/// <summary>
/// A process that CliWrap has started, with its streams in the hands of threads of ours. CliWrap is told that they are being copied, and never
/// that this has ended: then it would close them and dispose of the process, and it would do so on the thread pool, which users may have
/// blocked. So its task is nothing to wait for, and what it would have let go of is let go of here.
/// </summary>
internal sealed class PipedProcess : IDisposable
{
    /// <summary>Of this process alone, so that what CliWrap has waiting for it becomes garbage with it.</summary>
    private readonly Task _copying = new TaskCompletionSource().Task;

    /// <exception cref="Win32Exception">It cannot be started; the inner exception has the system's reason.</exception>
    public PipedProcess(Command command)
    {
        // All four functions are called before this returns.
        command
            .WithStandardInputPipe(PipeSource.Create((stream, _) => Take(() => Input = TakeOver(stream))))
            .WithStandardOutputPipe(PipeTarget.Create((stream, _) => Take(() => Output = stream)))
            .WithStandardErrorPipe(PipeTarget.Create((stream, _) => Take(() => Error = stream)))
            .ExecuteAsync(configureProcessStartInfo: null, configureProcess: process => Process = process);
    }

    /// <summary>Of it, and not of CliWrap's task, one learns of its end and its exit code: these need no thread pool.</summary>
    public Process Process { get; private set; } = null!;

    public Stream Input { get; private set; } = null!;

    public Stream Output { get; private set; } = null!;

    /// <summary>Closed by who has read it to its end, and not here: a child that outlives the process goes on writing to it.</summary>
    public Stream Error { get; private set; } = null!;

    /// <returns>The exit code (128 and more: that much more than the signal's number), or null if it still lives.</returns>
    public int? WaitForExit(TimeSpan timeout) => Process.WaitForExit(timeout) ? Process.ExitCode : null;

    public void Dispose()
    {
        Input.Dispose();
        Output.Dispose();
        Process.Dispose();
    }

    private Task Take(Action take)
    {
        take();
        return _copying;
    }

    /// <summary>
    /// CliWrap closes this one in any case, once the process has exited: under whoever is about to write to its descriptor. So that is made ours. On
    /// Windows, where it is no pipe to .NET, who writes is told that it is closed.
    /// </summary>
    private static Stream TakeOver(Stream input)
    {
        if (input is not PipeStream pipe) return input;
        var handle = new SafePipeHandle(pipe.SafePipeHandle.DangerousGetHandle(), ownsHandle: true);
        pipe.SafePipeHandle.SetHandleAsInvalid();
        return new AnonymousPipeClientStream(PipeDirection.Out, handle);
    }
}
