using System.IO.Pipes;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using ProcessPool.Frames;
using ProcessPool.Platform;

namespace ProcessPool.Workers;

/// <summary>
/// The frames on their way to one worker. Whoever sends writes to the pipe itself as long as the pipe takes it, which
/// costs no change of thread; what does not fit is left to a thread of its own. So sending never waits, and a worker
/// that does not read holds nobody up.
/// </summary>
internal sealed class FrameSender : IDisposable
{
    private const int KeptMessages = 4;

    private readonly Stream _stream;
    private readonly SafePipeHandle? _handle;
    private readonly int _pipe = -1;
    private readonly string _name;
    private readonly WorkerBooks _books;

    /// <summary>Guards all that follows; never held while writing.</summary>
    private readonly Lock _lock = new();

    private readonly Queue<FrameBuffer> _queue = [];
    private readonly Stack<FrameBuffer> _spare = [];
    private readonly SemaphoreSlim _leftOver = new(0);

    /// <summary>Somebody writes: it belongs to them until the queue is empty.</summary>
    private bool _writing;

    /// <summary>The pipe is broken, or closed: what is sent is dropped. The reading side finds out why.</summary>
    private volatile bool _broken;

    private Thread? _thread;

    /// <summary>True when the rest of the queue was handed to the writer thread. If the thread wakes and this is false, Dispose woke it, and it must exit without writing.</summary>
    private bool _isLeft;

    /// <summary>How much of the first message of the queue is written; belongs to whoever writes.</summary>
    private long _written;

    /// <param name="stream">To the worker's standard input.</param>
    /// <param name="name">Of the thread.</param>
    /// <param name="books">Where the bytes are counted.</param>
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

    /// <summary>An empty message; <see cref="Send"/> takes it back.</summary>
    public FrameBuffer Rent()
    {
        lock (_lock)
        {
            return _spare.TryPop(out var message) ? message : new FrameBuffer();
        }
    }

    /// <summary>Sends a message of complete frames. Blocks that it refers to must not change until the worker has them.</summary>
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

    /// <summary>Stops sending, whatever is under way; the stream is closed by its owner afterwards.</summary>
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
    /// <returns>False if the pipe is full: who called goes on being the one who writes.</returns>
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

    /// <summary>Writes what the pipe takes; -1 if it takes nothing now and waiting is not wanted.</summary>
    private int WriteToPipe(ReadOnlySpan<byte> bytes, bool mayWait)
    {
        // The descriptor is ours for the time of the write: closed in between, its number could be another file's.
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

                // Bounded, so that a pool that closes is noticed although nobody reads.
                Span<Libc.PollDescriptor> room = [new Libc.PollDescriptor { Descriptor = _pipe, Events = Libc.PollOut }];
                Libc.Poll(room, 100);
            }
        }
        catch (ObjectDisposedException)
        {
            // Closed before: broken like a pipe that nobody reads.
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
