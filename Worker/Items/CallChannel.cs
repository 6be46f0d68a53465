using MessagePack;
using ProcessPool.Frames;
using ProcessPool.Memory;
using ProcessPool.Progress;
using ProcessPool.Values;

namespace ProcessPool.Worker.Items;

/// <summary>
/// Sends the reports of one call's items, from any thread, while one of the items runs. After that, reports are dropped.
/// </summary>
internal sealed class CallChannel(ItemExecution execution, ProgressWindow window) : ProgressChannel
{
    /// <summary>
    /// Shared memory in reports. It is kept until the coordinator has opened it, which is certain when the call ends. Guarded by
    /// itself.
    /// </summary>
    private readonly HashSet<SharedMemory> _shared = [];

    /// <summary>
    /// A buffer for reuse. Null while a report is written, because writing can run user code that reports as well.
    /// </summary>
    [ThreadStatic]
    private static FrameBuffer? _spare;

    /// <summary>The running item of this call, or -1.</summary>
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
            if (message.Length - start > execution.MaxValueBytes) throw ValueLimit.Exceeded("report", typeof(T), message.Length - start, execution.MaxValueBytes.Value);
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
            formatter.Write(ref writer, value, context);
        }
        finally
        {
            SharedMemories.Written = around;
        }

        // On the thread that runs the item, the shared memory is kept together with that of the item's result.
        if (written == around || written.Count == 0) return;
        lock (_shared) _shared.UnionWith(written);
    }
}
