using ProcessPool.Frames;
using ProcessPool.Memory;

namespace ProcessPool.Worker.Io;

/// <summary>
/// The frames on their way to the coordinator. Small ones are copied into a ring that lies on the status page, where
/// the coordinator finds them even after this process was killed: from then on they count as said. The pipe is fed from
/// there, many frames to a write. Large ones go to the pipe directly, from where they lie.
/// </summary>
/// <remarks>
/// Positions count the bytes of the whole stream: Flushed ≤ Published ≤ Flushed + the ring's size, and the bytes in
/// between lie in the ring. The coordinator counts what it read from the pipe; after a death it takes from the ring
/// what lies between that and Published. So a byte leaves the ring only when the pipe has it.
/// </remarks>
internal sealed class Outbox(StatusPage page, StandardStreams streams, CoordinatorGone coordinatorGone)
{
    /// <summary>Larger frames bypass the ring: they would push the others out of it.</summary>
    public const int LargestInRing = StatusPage.OutboxSize / 4;

    /// <summary>So many bytes are worth a system call, whatever follows.</summary>
    private const int FlushThreshold = 32 * 1024;

    /// <summary>Guards the pipe: <see cref="_flushed"/>.</summary>
    private readonly Lock _flushing = new();

    /// <summary>
    /// Guards the producing end: <see cref="_published"/>, and the ring's free part. Held only while a frame is copied, and there is seldom more than
    /// one thread: a lock that threads can sleep at would take as long as the whole report of a quick item.
    /// </summary>
    private SpinLock _producing = new(enableThreadOwnerTracking: false);

    private long _published;
    private long _flushed;

    /// <summary>Whether a large frame is being written to the pipe: until its last byte is there, nothing else can be published.</summary>
    private bool _isBypassed;

    /// <summary>The position up to which frames are complete.</summary>
    public long Published => Volatile.Read(ref _published);

    /// <summary>The position up to which the pipe has them.</summary>
    public long Flushed => Volatile.Read(ref _flushed);

    /// <summary>Adds frames; they wait for <see cref="Flush"/>, unless there are many already or the page is nobody else's.</summary>
    public void Append(FrameBuffer frames)
    {
        if (frames.Length <= LargestInRing && frames.IsContiguous)
        {
            Append(frames.Written.Span);
            return;
        }

        // Frames that hold blocks by reference are large.
        WriteDirectly(frames);
    }

    /// <inheritdoc cref="Append(FrameBuffer)"/>
    /// <param name="frames">No longer than what fits the ring with others.</param>
    public void Append(ReadOnlySpan<byte> frames)
    {
        while (!TryCopyToRing(frames)) Flush();
        if (!page.IsShared || _published - Flushed >= FlushThreshold) Flush();
    }

    /// <summary>Gives the pipe all that is there; waits while the pipe is full.</summary>
    public void Flush()
    {
        lock (_flushing)
        {
            var until = Published;
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

                // Only now: until its last byte is in the pipe, a frame that bypasses the ring is not said.
                Advance(frames.Length);
                Publish(_flushed);
            }
            finally
            {
                Volatile.Write(ref _isBypassed, false);
            }
        }
    }

    /// <returns>False if something lies in the ring, which must go first.</returns>
    private bool TryBypass()
    {
        var taken = false;
        try
        {
            _producing.Enter(ref taken);
            return _isBypassed = _published == _flushed;
        }
        finally
        {
            if (taken) _producing.Exit(useMemoryBarrier: false);
        }
    }

    /// <returns>False if there is no room until the pipe has taken more.</returns>
    private bool TryCopyToRing(ReadOnlySpan<byte> frames)
    {
        var taken = false;
        try
        {
            _producing.Enter(ref taken);
            if (_isBypassed || _published + frames.Length - Flushed > StatusPage.OutboxSize) return false;
            var start = (int)(_published & (StatusPage.OutboxSize - 1));
            var first = Math.Min(frames.Length, StatusPage.OutboxSize - start);
            frames[..first].CopyTo(page.Outbox[start..]);
            frames[first..].CopyTo(page.Outbox);
            Publish(_published + frames.Length);
            return true;
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
