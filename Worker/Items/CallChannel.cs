using MessagePack;
using ProcessPool.Frames;
using ProcessPool.Memory;
using ProcessPool.Progress;
using ProcessPool.Values;

namespace ProcessPool.Worker.Items;

/// <summary>What the items of one call report goes this way, from any thread, as long as one of them runs; later it goes nowhere.</summary>
internal sealed class CallChannel(ItemExecution execution, ProgressWindow window) : ProgressChannel
{
    /// <summary>Shared memory that was reported: it must not go before the coordinator has opened it, which is so when the call ends. Guarded by itself.</summary>
    private readonly HashSet<SharedMemory> _shared = [];

    /// <summary>Taken while a report is written: writing it may run the user's code, which may report.</summary>
    [ThreadStatic]
    private static FrameBuffer? _spare;

    /// <summary>The item of this call that runs, or -1.</summary>
    public long RunningItem => execution.RunningItemOf(this);

    public override void Report<T>(long id, ValueFormatter<T> formatter, ValueResolver formatters, T value)
    {
        var item = RunningItem;
        if (item < 0) return;
        var message = _spare ?? new FrameBuffer();
        _spare = null;
        try
        {
            var writer = new MessagePackWriter(message);
            var frame = message.BeginFrame(ref writer, FrameKind.Progress, 4);
            writer.Write(item);
            writer.Write(id);
            var start = message.LengthWith(ref writer);
            WriteKeepingShared(ref writer, message.ContextOf(formatters), formatter, value);
            message.EndFrame(ref writer, frame);
            if (message.Length - start > execution.MaxValueBytes) throw ValueLimit.Exceeded("report", typeof(T), message.Length - start, execution.MaxValueBytes);
            window.Send(message, this, item);
        }
        finally
        {
            message.Clear();
            _spare = message;
        }
    }

    private void WriteKeepingShared<T>(ref MessagePackWriter writer, ValueContext context, ValueFormatter<T> formatter, T value)
    {
        var around = SharedMemories.Written;
        var written = around ?? [];
        SharedMemories.Written = written;
        try
        {
            formatter.Serialize(ref writer, value, context);
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
