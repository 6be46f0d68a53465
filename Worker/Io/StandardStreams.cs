using System.IO.Pipes;
using System.Runtime.InteropServices;
using ProcessPool.Frames;
using ProcessPool.Platform;

namespace ProcessPool.Worker.Io;

/// <summary>
/// The descriptors of stdin and stdout, taken over for the frames: what tasks and their children print goes to stderr,
/// what they read from stdin is empty, and no program started from here holds the pipes open.
/// </summary>
internal sealed class StandardStreams : ByteSource
{
    private const int LineBuffered = 1;
    private const int ReadWrite = 2;

    private readonly Stream? _windowsInput;
    private readonly Stream? _windowsOutput;

    private StandardStreams(int input, int output, bool ownGroup)
    {
        Input = input;
        Output = output;
        HasOwnGroup = ownGroup;
    }

    private StandardStreams(Stream input, Stream output)
    {
        Input = Output = -1;
        _windowsInput = input;
        _windowsOutput = output;
    }

    /// <summary>Over pipes within this process: copies of their ends, which are closed by <see cref="Close"/>.</summary>
    public static StandardStreams Within(AnonymousPipeServerStream toWorker, AnonymousPipeServerStream fromWorker)
    {
        if (OperatingSystem.IsWindows())
            return new StandardStreams(new AnonymousPipeClientStream(PipeDirection.In, toWorker.ClientSafePipeHandle), new AnonymousPipeClientStream(PipeDirection.Out, fromWorker.ClientSafePipeHandle));
        var input = Libc.DuplicateForThisProcess((int)toWorker.ClientSafePipeHandle.DangerousGetHandle());
        var output = Libc.DuplicateForThisProcess((int)fromWorker.ClientSafePipeHandle.DangerousGetHandle());
        toWorker.DisposeLocalCopyOfClientHandle();
        fromWorker.DisposeLocalCopyOfClientHandle();
        return new StandardStreams(input, output, ownGroup: false);
    }

    /// <summary>Nothing is read or written any more; where the process goes on.</summary>
    public void Close()
    {
        if (CanPoll)
        {
            Libc.Close(Input);
            Libc.Close(Output);
        }

        _windowsInput?.Dispose();
        _windowsOutput?.Dispose();
    }

    /// <summary>The descriptor that frames come from; -1 on Windows, which cannot poll it.</summary>
    public int Input { get; }

    /// <summary>The descriptor that frames go to.</summary>
    public int Output { get; }

    /// <summary>Whether this process leads a process group, in which its children are.</summary>
    public bool HasOwnGroup { get; }

    public bool CanPoll => Input >= 0;

    public static StandardStreams TakeOver()
    {
        // Windows was not run: there the handles are kept, and Console is pointed elsewhere by the session.
        if (OperatingSystem.IsWindows()) return new StandardStreams(Console.OpenStandardInput(), Console.OpenStandardOutput());

        var input = Libc.DuplicateForThisProcess(0);
        var output = Libc.DuplicateForThisProcess(1);
        var empty = Libc.Open("/dev/null", ReadWrite);
        if (input < 0 || output < 0 || empty < 0) throw new IOException($"Cannot take over stdin and stdout: error {Marshal.GetLastPInvokeError()}.");
        Libc.Duplicate(empty, 0);
        Libc.Duplicate(2, 1);
        Libc.Close(empty);
        MakeNativeOutputLineBuffered();

        // A group of its own: a Ctrl+C at the terminal reaches the coordinator, which decides; and whoever kills this
        // worker kills with the group what its tasks have started.
        return new StandardStreams(input, output, Libc.SetProcessGroup(0, 0) == 0);
    }

    /// <summary>Waits for frames.</summary>
    public override int Read(Span<byte> destination)
    {
        if (_windowsInput is not null) return _windowsInput.Read(destination);
        var count = Libc.Read(Input, destination);
        return count >= 0 ? count : throw new IOException($"Reading from the coordinator: error {Marshal.GetLastPInvokeError()}.");
    }

    /// <summary>Writes as much as the pipe takes; waits until it takes some.</summary>
    /// <returns>The bytes written, or -1 if nobody reads any more.</returns>
    public int Write(ReadOnlySpan<byte> source)
    {
        if (_windowsOutput is not null)
        {
            _windowsOutput.Write(source);
            _windowsOutput.Flush();
            return source.Length;
        }

        var count = Libc.Write(Output, source);
        if (count >= 0) return count;
        var error = Marshal.GetLastPInvokeError();
        return error == Libc.EPIPE ? -1 : throw new IOException($"Writing to the coordinator: error {error}.");
    }

    /// <summary>Else what native code prints would lie in its buffer until the end, as stdout is no terminal.</summary>
    private static void MakeNativeOutputLineBuffered()
    {
        var name = OperatingSystem.IsMacOS() ? "__stdoutp" : "stdout";
        if (NativeLibrary.TryLoad(OperatingSystem.IsMacOS() ? "libc" : "libc.so.6", out var libc)
            && NativeLibrary.TryGetExport(libc, name, out var address))
            _ = Libc.SetBuffering(Marshal.ReadIntPtr(address), 0, LineBuffered, 0);
    }
}
