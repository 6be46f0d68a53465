using ProcessPool.Frames;
using ProcessPool.Memory;

namespace ProcessPool.Worker.Io;

/// <summary>
/// The frames on their way to the coordinator. Small frames are copied into a ring buffer on the status page, where the
/// coordinator finds them even if this process is killed, so they count as sent from then on. They are written to the pipe from
/// there, many frames per write. Large frames are written to the pipe directly, without a copy.
/// </summary>
/// <remarks>
/// Positions count the bytes of the whole stream: Flushed ≤ Published ≤ Flushed + the ring's size. The bytes between Flushed and
/// Published are in the ring. The coordinator counts the bytes that it reads from the pipe. After the worker has died, it takes
/// the bytes between that count and Published from the ring. So a byte may leave the ring only when it is in the pipe.
/// The last frame may be an open one of results. It is completed before anything else is added or flushed, and by the coordinator if
/// the worker has died.
/// </remarks>
internal sealed class Outbox(StatusPage page, StandardStreams streams, CoordinatorGone coordinatorGone)
{
    /// <summary>In bytes. Larger frames bypass the ring, because they would take the space of the others.</summary>
    public const int LargestInRing = StatusPage.OutboxSize / 4;

    /// <summary>This many waiting bytes are written to the pipe at once, because they are worth a system call.</summary>
    private const int FlushThreshold = 32 * 1024;

    /// <summary>Guards the pipe and <see cref="_flushed"/>.</summary>
    private readonly Lock _flushing = new();

    /// <summary>
    /// Guards the producing end: <see cref="_published"/>, and the free part of the ring. It is held only while a frame is
    /// copied, and rarely by more than one thread. A lock that can put threads to sleep would take as long as the whole report of
    /// a quick item.
    /// </summary>
    private SpinLock _producing = new(enableThreadOwnerTracking: false);

    private long _published;
    private long _flushed;

    /// <summary>The position of the frame of results that can still be appended to, or -1. Guarded as <see cref="_published"/>.</summary>
    private long _open = -1;

    /// <summary>The sequence number after the last one in that frame.</summary>
    private long _nextResult;

    /// <summary>How many results that frame has.</summary>
    private int _openCount;

    /// <summary>
    /// Whether a large frame is being written to the pipe. Nothing else can be published until its last byte is there.
    /// </summary>
    private bool _isBypassed;

    /// <summary>The position up to which results and other frames count as sent.</summary>
    public long Published => Volatile.Read(ref _published);

    /// <summary>The position up to which frames have been written to the pipe.</summary>
    public long Flushed => Volatile.Read(ref _flushed);

    /// <summary>
    /// Adds frames. They wait for <see cref="Flush"/>, but are flushed at once if many bytes are waiting or the page is not
    /// shared.
    /// </summary>
    public void Append(FrameBuffer frames)
    {
        if (frames.Length <= LargestInRing && frames.IsContiguous)
        {
            Append(frames.Written.Span);
            return;
        }

        // Frames that contain blocks by reference are large.
        WriteDirectly(frames);
    }

    /// <inheritdoc cref="Append(FrameBuffer)"/>
    /// <param name="frames">The frames, at most <see cref="LargestInRing"/> bytes.</param>
    public void Append(ReadOnlySpan<byte> frames)
    {
        while (!TryCopyToRing(frames)) Flush();
        if (!page.IsShared || _published - Flushed >= FlushThreshold) Flush();
    }

    /// <summary>
    /// Adds the result of an item, in the same frame as the result of the item before it if that was the last thing added. It
    /// counts as sent from then on, like any frame.
    /// </summary>
    /// <param name="sequence">The item.</param>
    /// <param name="value">The encoded value, a few bytes.</param>
    public void AppendResult(long sequence, ReadOnlySpan<byte> value)
    {
        while (!TryAppendResult(sequence, value)) Flush();
        if (!page.IsShared || _published - Flushed >= FlushThreshold) Flush();
    }

    /// <summary>Writes all published frames to the pipe. Blocks while the pipe is full.</summary>
    public void Flush()
    {
        lock (_flushing)
        {
            var until = CompleteAll();
            while (_flushed < until)
            {
                var start = (int)(_flushed & (StatusPage.OutboxSize - 1));
                var count = (int)Math.Min(until - _flushed, StatusPage.OutboxSize - start);
                Advance(WriteToPipe(page.Outbox.Slice(start, count)));
            }
        }
    }

    private void WriteDirectly(FrameBuffer frames)
    {
        lock (_flushing)
        {
            while (!TryBypass()) Flush();
            try
            {
                foreach (var segment in frames.Segments)
                {
                    for (var rest = segment; !rest.IsEmpty;) rest = rest[WriteToPipe(rest)..];
                }

                // Only now: a frame that bypasses the ring counts as sent only when its last byte is in the pipe.
                Advance(frames.Length);
                Publish(_flushed);
            }
            finally
            {
                Volatile.Write(ref _isBypassed, false);
            }
        }
    }

    /// <returns>False if the ring is not empty. Its content must be flushed first.</returns>
    private bool TryBypass()
    {
        var taken = false;
        try
        {
            _producing.Enter(ref taken);
            CompleteResults();
            return _isBypassed = _published == _flushed;
        }
        finally
        {
            if (taken) _producing.Exit(useMemoryBarrier: false);
        }
    }

    /// <returns>False if there is no space until more has been written to the pipe.</returns>
    private bool TryCopyToRing(ReadOnlySpan<byte> frames)
    {
        var taken = false;
        try
        {
            _producing.Enter(ref taken);
            if (_isBypassed || !HasRoomFor(frames.Length)) return false;
            CompleteResults();
            CopyToRing(_published, frames);
            Publish(_published + frames.Length);
            return true;
        }
        finally
        {
            if (taken) _producing.Exit(useMemoryBarrier: false);
        }
    }

    /// <inheritdoc cref="TryCopyToRing"/>
    private bool TryAppendResult(long sequence, ReadOnlySpan<byte> value)
    {
        var taken = false;
        try
        {
            _producing.Enter(ref taken);
            if (_isBypassed || !HasRoomFor(ResultsFrame.StartLength + value.Length)) return false;
            var end = _published;
            if (_open < 0 || sequence != _nextResult)
            {
                CompleteResults();
                OpenResults(sequence);
                end += ResultsFrame.StartLength;
            }

            CopyToRing(end, value);
            _openCount++;
            _nextResult = sequence + 1;
            Publish(end + value.Length);
            return true;
        }
        finally
        {
            if (taken) _producing.Exit(useMemoryBarrier: false);
        }
    }

    private bool HasRoomFor(int count) => _published + count - Flushed <= StatusPage.OutboxSize;

    private void CopyToRing(long position, ReadOnlySpan<byte> bytes)
    {
        var start = (int)(position & (StatusPage.OutboxSize - 1));
        var first = Math.Min(bytes.Length, StatusPage.OutboxSize - start);
        bytes[..first].CopyTo(page.Outbox[start..]);
        if (first < bytes.Length) bytes[first..].CopyTo(page.Outbox);
    }

    /// <summary>Starts a frame of results behind all others. It is published with its first result.</summary>
    private void OpenResults(long sequence)
    {
        WriteStart(_published, sequence, 0, 0);
        page.OpenResults = _open = _published;
        _openCount = 0;
    }

    /// <summary>Completes the open frame of results, if there is one.</summary>
    private void CompleteResults()
    {
        if (_open < 0) return;
        WriteStart(_open, _nextResult - _openCount, _openCount, (int)(_published - _open - ResultsFrame.StartLength));
        page.OpenResults = _open = -1;
    }

    private void WriteStart(long position, long first, int count, int length)
    {
        Span<byte> start = stackalloc byte[ResultsFrame.StartLength];
        ResultsFrame.WriteStart(start, first, count, length);
        CopyToRing(position, start);
    }

    /// <returns>The position up to which all frames are complete.</returns>
    private long CompleteAll()
    {
        var taken = false;
        try
        {
            _producing.Enter(ref taken);
            CompleteResults();
            return _published;
        }
        finally
        {
            if (taken) _producing.Exit(useMemoryBarrier: false);
        }
    }

    private void Publish(long position)
    {
        Volatile.Write(ref _published, position);
        page.Published = position;
    }

    private int WriteToPipe(ReadOnlySpan<byte> bytes)
    {
        var written = streams.Write(bytes);
        if (written < 0) coordinatorGone.EndProcess();
        return written;
    }

    private void Advance(long count) => Volatile.Write(ref _flushed, _flushed + count);
}
