using System.IO.MemoryMappedFiles;
using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;

namespace ProcessPool.Memory;

/// <summary>
/// A few pages of memory that a worker shares with its coordinator. They show which item runs and since when, which items are
/// claimed, and why the worker exits, and contain the outbox with the frames that are not in the pipe yet. They survive the
/// worker, no matter what kills it.
/// </summary>
/// <remarks>
/// <para>
/// Each item that was sent has its own word (there are <see cref="Slots"/>, used in turn) with the item's sequence number and
/// state. The coordinator sets it to Sent. Then either the worker changes it to Running or the coordinator changes it to
/// TakenBack, by compare-and-exchange. Exactly one of them wins, even if the worker hangs, is stopped, or has died. Sequence
/// numbers are never reused, so a word can never be mistaken for that of an older item. (A single word with the next item and the
/// end would be enough for taking back items from the end. With a word for each, the coordinator can also take back a single item
/// of one call among others.)
/// </para>
/// <para>The process that writes the page may be corrupt, so the reader must check the bounds of each value.</para>
/// </remarks>
internal sealed unsafe class StatusPage : IDisposable
{
    /// <summary>The number of items that a worker can have at once.</summary>
    public const int Slots = 4096;

    /// <summary>The size of the outbox in bytes; a power of two.</summary>
    public const int OutboxSize = 256 * 1024;

    private const int RunningOffset = 64;
    private const int StartedOffset = 72;
    private const int PhaseOffset = 80;
    private const int WaitsOffset = 88;
    private const int ExitReasonOffset = 128;
    private const int ExitCodeOffset = 132;
    private const int OutOfMemoryOffset = 136;
    private const int PublishedOffset = 192;
    private const int OpenResultsOffset = 200;
    private const int ErrorWaitsOffset = 256;
    private const int SlotsOffset = 4096;
    private const int OutboxOffset = SlotsOffset + 4 * Slots;

    /// <summary>The size of the page in bytes.</summary>
    public const int Size = OutboxOffset + OutboxSize;

    private const uint Sent = 1;
    private const uint Running = 2;
    private const uint TakenBack = 3;

    private readonly MemoryMappedFile? _file;
    private readonly MemoryMappedViewAccessor? _view;
    private readonly byte[]? _private;
    private readonly byte* _start;

    /// <summary>Creates a page that no other process sees, for a worker without a shared page.</summary>
    public StatusPage()
    {
        _private = GC.AllocateArray<byte>(Size, pinned: true);
        _start = (byte*)Unsafe.AsPointer(ref _private[0]);
    }

    /// <summary>Maps a page in a file or memory file.</summary>
    public StatusPage(SafeFileHandle handle)
    {
        _file = MemoryMappedFile.CreateFromFile(handle, null, Size, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: true);
        _view = _file.CreateViewAccessor(0, Size, MemoryMappedFileAccess.ReadWrite);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
    }

    /// <summary>Whether another process sees the page.</summary>
    public bool IsShared => _file is not null;

    /// <summary>The sequence number of the running item, or -1.</summary>
    public long RunningItem
    {
        get => Volatile.Read(ref Int64At(RunningOffset)) - 1;
        set => Volatile.Write(ref Int64At(RunningOffset), value + 1);
    }

    /// <summary>
    /// When that item was started, in milliseconds of <see cref="Environment.TickCount64"/>, which all processes share.
    /// </summary>
    public long StartedAt
    {
        get => Volatile.Read(ref Int64At(StartedOffset));
        set => Volatile.Write(ref Int64At(StartedOffset), value);
    }

    /// <summary>What the worker is doing with that item.</summary>
    public ItemPhase Phase
    {
        get => (ItemPhase)Volatile.Read(ref Int32At(PhaseOffset));
        set => Volatile.Write(ref Int32At(PhaseOffset), (int)value);
    }

    /// <summary>The worker's notes on how long its items wait until what they print to the console is printed.</summary>
    public PrinterWaits Waits => new(this, WaitsOffset);

    /// <summary>
    /// The coordinator's notes on how long it does not read what native code and child processes print, for the same reason.
    /// </summary>
    public PrinterWaits ErrorWaits => new(this, ErrorWaitsOffset);

    /// <summary>
    /// Whether an <see cref="OutOfMemoryException"/> was thrown on any thread, even if it was handled: the runtime itself may not
    /// recover from it.
    /// </summary>
    public bool HasRunOut
    {
        get => Volatile.Read(ref Int32At(OutOfMemoryOffset)) != 0;
        set => Volatile.Write(ref Int32At(OutOfMemoryOffset), value ? 1 : 0);
    }

    /// <summary>Why the worker exits, as it wrote itself.</summary>
    public ExitReason ExitReason
    {
        get => (ExitReason)Volatile.Read(ref Int32At(ExitReasonOffset));
        set => Volatile.Write(ref Int32At(ExitReasonOffset), (int)value);
    }

    public int ExitCode
    {
        get => Volatile.Read(ref Int32At(ExitCodeOffset));
        set => Volatile.Write(ref Int32At(ExitCodeOffset), value);
    }

    /// <summary>
    /// The position in the worker's stream up to which its frames are complete, either in the pipe or in the outbox.
    /// </summary>
    public long Published
    {
        get => Volatile.Read(ref Int64At(PublishedOffset));
        set => Volatile.Write(ref Int64At(PublishedOffset), value);
    }

    /// <summary>
    /// The position in the worker's stream of a <see cref="Frames.FrameKind.Results"/> frame that is not complete, because more values
    /// may be appended to it; -1 if there is none. The frame ends at <see cref="Published"/>.
    /// </summary>
    public long OpenResults
    {
        get => Volatile.Read(ref Int64At(OpenResultsOffset)) - 1;
        set => Volatile.Write(ref Int64At(OpenResultsOffset), value + 1);
    }

    /// <summary>The ring buffer. A byte at a position of the stream is stored at that position modulo the size.</summary>
    public Span<byte> Outbox => new(_start + OutboxOffset, OutboxSize);

    /// <summary>Called by the coordinator. Lets the worker claim the item from now on.</summary>
    public void Grant(long sequence) => Volatile.Write(ref Slot(sequence), Word(sequence, Sent));

    /// <summary>Called by the worker. True if the worker may run the item. The item can then no longer be taken back.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryClaim(long sequence) =>
        Interlocked.CompareExchange(ref Slot(sequence), Word(sequence, Running), Word(sequence, Sent)) == Word(sequence, Sent);

    /// <summary>Called by the coordinator. True if the worker has not claimed the item and can no longer claim it.</summary>
    public bool TryTakeBack(long sequence) =>
        Interlocked.CompareExchange(ref Slot(sequence), Word(sequence, TakenBack), Word(sequence, Sent)) == Word(sequence, Sent);

    public void Dispose()
    {
        if (_view is null) return;
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file!.Dispose();
    }

    /// <summary>A number at an offset of the page.</summary>
    public ref long Int64At(int offset) => ref *(long*)(_start + offset);

    private static uint Word(long sequence, uint state) => ((uint)sequence << 2) | state;

    private ref uint Slot(long sequence) => ref *(uint*)(_start + SlotsOffset + 4 * (sequence & (Slots - 1)));

    private ref int Int32At(int offset) => ref *(int*)(_start + offset);
}

/// <summary>What a worker wrote on its page before it exited.</summary>
internal enum ExitReason
{
    /// <summary>Nothing: it was killed, or crashed in native code.</summary>
    None = 0,

    /// <summary>The coordinator asked the worker to exit.</summary>
    Shutdown = 1,

    /// <summary>Some code in the worker called <see cref="Environment.Exit"/>.</summary>
    EnvironmentExit = 2,

    /// <summary>An unhandled exception on one of its threads.</summary>
    UnhandledException = 3,

    /// <summary>The worker read something from the coordinator that was not a valid frame.</summary>
    ProtocolError = 4,

    /// <summary>An unhandled <see cref="OutOfMemoryException"/> on one of its threads.</summary>
    OutOfMemory = 5,
}
