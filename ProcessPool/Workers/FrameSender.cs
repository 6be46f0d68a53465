using System.IO.Pipes;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using ProcessPool.Frames;
using ProcessPool.Platform;

namespace ProcessPool.Workers;

/// <summary>
/// Sends frames to one worker. The sending thread writes to the pipe itself as long as the pipe has room, which costs no thread
/// switch. A writer thread sends the rest. So sending never blocks, and a worker that does not read holds nobody up.
/// </summary>
internal sealed class FrameSender : IDisposable
{
    private const int KeptMessages = 4;

    private readonly Stream _stream;
    private readonly SafePipeHandle? _handle;
    private readonly int _pipe = -1;
    private readonly string _name;
    private readonly WorkerBooks _books;

    /// <summary>Guards the fields below. Never held while writing.</summary>
    private readonly Lock _lock = new();

    private readonly Queue<FrameBuffer> _queue = [];
    private readonly Stack<FrameBuffer> _spare = [];
    private readonly SemaphoreSlim _leftOver = new(0);

    /// <summary>A thread is writing. It goes on until the queue is empty.</summary>
    private bool _writing;

    /// <summary>
    /// The pipe is broken or closed, and messages are dropped. The thread that reads from the worker finds out why.
    /// </summary>
    private volatile bool _broken;

    private Thread? _thread;

    /// <summary>
    /// True when the rest of the queue was handed to the writer thread. If the thread wakes and this is false, Dispose woke it,
    /// and it must exit without writing.
    /// </summary>
    private bool _isLeft;

    /// <summary>How many bytes of the first message in the queue are written. Used only by the thread that writes.</summary>
    private long _written;

    /// <param name="stream">The stream to the worker's standard input.</param>
    /// <param name="name">The name of the writer thread.</param>
    /// <param name="books">Counts the bytes.</param>
    public FrameSender(Stream stream, string name, WorkerBooks books)
    {
        _books = books;
        _stream = stream;
        _name = name;
        if (stream is not PipeStream pipe || OperatingSystem.IsWindows()) return;
        var descriptor = (int)pipe.SafePipeHandle.DangerousGetHandle();
        if (!Libc.TrySetNonBlocking(descriptor)) return;
        _handle = pipe.SafePipeHandle;
        _pipe = descriptor;
    }

    /// <summary>Gets an empty message, which <see cref="Send"/> recycles.</summary>
    public FrameBuffer Rent()
    {
        lock (_lock)
        {
            return _spare.TryPop(out var message) ? message : new FrameBuffer();
        }
    }

    /// <summary>
    /// Sends a message of complete frames. Memory blocks that it refers to must not change until the worker has read them.
    /// </summary>
    public void Send(FrameBuffer message)
    {
        lock (_lock)
        {
            if (_broken)
            {
                Recycle(message);
                return;
            }

            _queue.Enqueue(message);
            if (_writing) return;
            _writing = true;
        }

        if (_pipe < 0 || !Drain(mayWait: false)) LeaveToThread();
    }

    /// <summary>Stops sending at once. The owner of the stream closes it afterwards.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _broken = true;
            _leftOver.Release();
        }

        _thread?.Join();
    }

    /// <summary>Writes until the queue is empty.</summary>
    /// <returns>False if the pipe is full. The calling thread must then pass the rest to the writer thread.</returns>
    private bool Drain(bool mayWait)
    {
        while (true)
        {
            FrameBuffer message;
            lock (_lock)
            {
                if (_broken || !_queue.TryPeek(out message!))
                {
                    while (_queue.TryDequeue(out var dropped)) Recycle(dropped);
                    _writing = false;
                    return true;
                }
            }

            if (!WriteRest(message, mayWait)) return false;
            lock (_lock)
            {
                _queue.Dequeue();
                _written = 0;
                Recycle(message);
            }
        }
    }

    private bool WriteRest(FrameBuffer message, bool mayWait)
    {
        var skip = _written;
        foreach (var segment in message.Segments)
        {
            if (skip >= segment.Length)
            {
                skip -= segment.Length;
                continue;
            }

            var rest = segment[(int)skip..];
            skip = 0;
            while (!rest.IsEmpty)
            {
                var count = _pipe >= 0 ? WriteToPipe(rest, mayWait) : WriteToStream(rest);
                if (count < 0) return false;
                _written += count;
                _books.AddSent(count);
                rest = rest[count..];
                if (_broken) return true;
            }
        }

        return true;
    }

    /// <summary>Writes as much as the pipe takes. Returns -1 if the pipe is full and the caller does not want to wait.</summary>
    private int WriteToPipe(ReadOnlySpan<byte> bytes, bool mayWait)
    {
        // Keep the descriptor open during the write. If it were closed in between, its number could belong to another file.
        var held = false;
        try
        {
            _handle!.DangerousAddRef(ref held);
            while (!_broken)
            {
                var count = Libc.Write(_pipe, bytes);
                if (count >= 0) return count;
                if (Marshal.GetLastPInvokeError() != Libc.EAGAIN) break;
                if (!mayWait) return -1;

                // With a timeout, so that Dispose is noticed even if the worker never reads.
                Span<Libc.PollDescriptor> room = [new Libc.PollDescriptor { Descriptor = _pipe, Events = Libc.PollOut }];
                Libc.Poll(room, 100);
            }
        }
        catch (ObjectDisposedException)
        {
            // Closed already. Treat it like a broken pipe.
        }
        finally
        {
            if (held) _handle!.DangerousRelease();
        }

        _broken = true;
        return bytes.Length;
    }

    private int WriteToStream(ReadOnlySpan<byte> bytes)
    {
        try
        {
            _stream.Write(bytes);
            _stream.Flush();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            _broken = true;
        }

        return bytes.Length;
    }

    private void LeaveToThread()
    {
        lock (_lock)
        {
            if (_thread is null)
            {
                _thread = new Thread(RunThread, maxStackSize: 256 * 1024) { IsBackground = true, Name = _name };
                _thread.Start();
            }

            _isLeft = true;
            _leftOver.Release();
        }
    }

    private void RunThread()
    {
        while (true)
        {
            _leftOver.Wait();
            lock (_lock)
            {
                if (!_isLeft) return;
                _isLeft = false;
            }

            Drain(mayWait: true);
            if (_broken) return;
        }
    }

    private void Recycle(FrameBuffer message)
    {
        message.Clear();
        if (_spare.Count < KeptMessages) _spare.Push(message);
    }
}
