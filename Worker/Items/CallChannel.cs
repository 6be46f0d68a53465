using ProcessPool.Memory;
using ProcessPool.MessagePack;
using ProcessPool.Progress;
using ProcessPool.Protocol;

namespace ProcessPool.Worker.Items;

/// <summary>What the items of one call report goes this way, from any thread, as long as one of them runs; later it goes nowhere.</summary>
internal sealed class CallChannel(ItemExecution execution, ProgressWindow window) : ProgressChannel
{
    /// <summary>Shared memory that was reported: it must not go before the coordinator has opened it, which is so when the call ends. Guarded by itself.</summary>
    private readonly HashSet<SharedMemory> _shared = [];

    /// <summary>Taken while a report is written: writing it may run the user's code, which may report.</summary>
    [ThreadStatic]
    private static MessagePackWriter? _spare;

    /// <summary>The item of this call that runs, or -1.</summary>
    public long RunningItem => execution.RunningItemOf(this);

    public override void Report<T>(long id, Formatter<T> formatter, T value)
    {
        var item = RunningItem;
        if (item < 0) return;
        var writer = _spare ?? new MessagePackWriter();
        _spare = null;
        try
        {
            var frame = writer.BeginFrame(FrameKind.Progress, 4);
            writer.Write(item);
            writer.Write(id);
            var start = writer.Length;
            WriteKeepingShared(writer, formatter, value);
            if (writer.Length - start > execution.MaxValueBytes) throw ValueLimit.Exceeded("report", typeof(T), writer.Length - start, execution.MaxValueBytes);
            writer.EndFrame(frame);
            window.Send(writer, this, item);
        }
        finally
        {
            writer.Clear();
            _spare = writer;
        }
    }

    private void WriteKeepingShared<T>(MessagePackWriter writer, Formatter<T> formatter, T value)
    {
        var around = SharedMemories.Written;
        var written = around ?? [];
        SharedMemories.Written = written;
        try
        {
            formatter.Write(writer, value);
        }
        finally
        {
            SharedMemories.Written = around;
        }

        // On the thread that runs the item, they are kept with those of its result.
        if (written == around || written.Count == 0) return;
        lock (_shared) _shared.UnionWith(written);
    }
}
