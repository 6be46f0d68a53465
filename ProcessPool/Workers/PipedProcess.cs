using System.ComponentModel;
using System.Diagnostics;
using System.IO.Pipes;
using CliWrap;
using Microsoft.Win32.SafeHandles;

namespace ProcessPool.Workers;

/// <summary>
/// A process that CliWrap starts, but whose streams are read and written by threads of this library. CliWrap believes that it is
/// still copying the streams, because the task given to it never completes. Otherwise CliWrap would close the streams and dispose
/// of the process, and would do so on the thread pool, which users may have blocked. So nobody awaits CliWrap's task, and this
/// class releases the resources instead.
/// </summary>
internal sealed class PipedProcess : IDisposable
{
    /// <summary>The task that never completes. One per process, so that CliWrap's continuations are collected with it.</summary>
    private readonly Task _copying = new TaskCompletionSource().Task;

    /// <exception cref="Win32Exception">The process cannot be started; the inner exception has the system's reason.</exception>
    public PipedProcess(Command command)
    {
        // ExecuteAsync calls all four functions before it returns.
        command
            .WithStandardInputPipe(PipeSource.Create((stream, _) => Take(() => Input = TakeOver(stream))))
            .WithStandardOutputPipe(PipeTarget.Create((stream, _) => Take(() => Output = stream)))
            .WithStandardErrorPipe(PipeTarget.Create((stream, _) => Take(() => Error = stream)))
            .ExecuteAsync(configureProcessStartInfo: null, configureProcess: process => Process = process);
    }

    /// <summary>
    /// Use this, not CliWrap's task, to wait for the exit and to get the exit code: it needs no thread of the thread pool.
    /// </summary>
    public Process Process { get; private set; } = null!;

    public Stream Input { get; private set; } = null!;

    public Stream Output { get; private set; } = null!;

    /// <summary>
    /// Not closed here, but by its reader at the end of the stream: a child process that outlives the process may still write to
    /// it.
    /// </summary>
    public Stream Error { get; private set; } = null!;

    /// <returns>The exit code (128 plus the signal's number if a signal killed the process), or null if it is still
    /// running.</returns>
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
    /// Takes the descriptor away from CliWrap, which closes this stream in any case once the process has exited, even while
    /// another thread is about to write to the descriptor. On Windows the stream is not a PipeStream, and a write to the closed
    /// stream throws instead.
    /// </summary>
    private static Stream TakeOver(Stream input)
    {
        if (input is not PipeStream pipe) return input;
        var handle = new SafePipeHandle(pipe.SafePipeHandle.DangerousGetHandle(), ownsHandle: true);
        pipe.SafePipeHandle.SetHandleAsInvalid();
        return new AnonymousPipeClientStream(PipeDirection.Out, handle);
    }
}
