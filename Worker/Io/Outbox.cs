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

    /// <summary>Guards the producing end: <see cref="_published"/>, and the ring's free part.</summary>
    private readonly Lock _producing = new();

    /// <summary>Guards the pipe: <see cref="_flushed"/>. Taken within <see cref="_producing"/>, never the other way round.</summary>
    private readonly Lock _flushing = new();

    private long _published;
    private long _flushed;

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
        lock (_producing) WriteDirectly(frames);
    }

    /// <inheritdoc cref="Append(FrameBuffer)"/>
    /// <param name="frames">No longer than what fits the ring with others.</param>
    public void Append(ReadOnlySpan<byte> frames)
    {
        lock (_producing)
        {
            while (_published + frames.Length - Flushed > StatusPage.OutboxSize) Flush();
            CopyToRing(frames, _published);
            Volatile.Write(ref _published, _published + frames.Length);
            page.Published = _published;
        }

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
            Flush();
            foreach (var segment in frames.Segments)
            {
                for (var rest = segment; !rest.IsEmpty;) rest = rest[WriteToPipe(rest)..];
            }

            // Only now: until its last byte is in the pipe, a frame that bypasses the ring is not said.
            Advance(frames.Length);
            Volatile.Write(ref _published, _flushed);
            page.Published = _published;
        }
    }

    private void CopyToRing(ReadOnlySpan<byte> bytes, long position)
    {
        var start = (int)(position & (StatusPage.OutboxSize - 1));
        var first = Math.Min(bytes.Length, StatusPage.OutboxSize - start);
        bytes[..first].CopyTo(page.Outbox[start..]);
        bytes[first..].CopyTo(page.Outbox);
    }

    private int WriteToPipe(ReadOnlySpan<byte> bytes)
    {
        var written = streams.Write(bytes);
        if (written < 0) coordinatorGone.EndProcess();
        return written;
    }

    private void Advance(long count)
    {
        Volatile.Write(ref _flushed, _flushed + count);
        page.Flushed = _flushed;
    }
}
