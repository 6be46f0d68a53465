using System.IO.Pipes;
using System.Runtime.InteropServices;
using ProcessPool.Frames;
using ProcessPool.Platform;

namespace ProcessPool.Worker.Io;

/// <summary>
/// The descriptors of stdin and stdout, taken over for the frames. What tasks and their children print to stdout goes to stderr,
/// their stdin is empty, and no program that they start keeps the pipes open.
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

    /// <summary>
    /// Creates streams over pipes within this process. They are copies of the pipe ends, and <see cref="Close"/> closes them.
    /// </summary>
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

    /// <summary>Closes the descriptors. Needed only if the process outlives the worker.</summary>
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

    /// <summary>The descriptor that frames are read from; -1 on Windows, where it cannot be polled.</summary>
    public int Input { get; }

    /// <summary>The descriptor that frames are written to.</summary>
    public int Output { get; }

    /// <summary>Whether this process leads its own process group, which also contains its children.</summary>
    public bool HasOwnGroup { get; }

    public bool CanPoll => Input >= 0;

    public static StandardStreams TakeOver()
    {
        // Not tested on Windows. There the handles stay as they are, and the session redirects Console.
        if (OperatingSystem.IsWindows()) return new StandardStreams(Console.OpenStandardInput(), Console.OpenStandardOutput());

        var input = Libc.DuplicateForThisProcess(0);
        var output = Libc.DuplicateForThisProcess(1);
        var empty = Libc.Open("/dev/null", ReadWrite);
        if (input < 0 || output < 0 || empty < 0) throw new IOException($"Taking over stdin and stdout failed with error {Marshal.GetLastPInvokeError()}.");
        Libc.Duplicate(empty, 0);
        Libc.Duplicate(2, 1);
        Libc.Close(empty);
        MakeNativeOutputLineBuffered();

        // The worker gets its own process group. Ctrl+C in a terminal then reaches only the coordinator, which decides what to
        // do, and killing the group also kills the processes that the worker's tasks have started.
        return new StandardStreams(input, output, Libc.SetProcessGroup(0, 0) == 0);
    }

    /// <summary>Reads bytes of frames. Blocks until there are some.</summary>
    public override int Read(Span<byte> destination)
    {
        if (_windowsInput is not null) return _windowsInput.Read(destination);
        var count = Libc.Read(Input, destination);
        return count >= 0 ? count : throw new IOException($"Reading from the coordinator failed with error {Marshal.GetLastPInvokeError()}.");
    }

    /// <summary>Writes as many bytes as the pipe accepts. Blocks until it accepts some.</summary>
    /// <returns>The number of bytes written, or -1 if the reading end is closed.</returns>
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
        return error == Libc.EPIPE ? -1 : throw new IOException($"Writing to the coordinator failed with error {error}.");
    }

    /// <summary>
    /// Without this, native output would stay in its buffer until the process exits, because stdout is not a terminal.
    /// </summary>
    private static void MakeNativeOutputLineBuffered()
    {
        var name = OperatingSystem.IsMacOS() ? "__stdoutp" : "stdout";
        if (NativeLibrary.TryLoad(OperatingSystem.IsMacOS() ? "libc" : "libc.so.6", out var libc)
            && NativeLibrary.TryGetExport(libc, name, out var address))
            _ = Libc.SetBuffering(Marshal.ReadIntPtr(address), 0, LineBuffered, 0);
    }
}
