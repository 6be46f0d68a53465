using MessagePack;
using ProcessPool.Frames;
using ProcessPool.Values;

namespace ProcessPool.Workers;

// Takes the lines that the worker prints, and tells it when there is room for more.
internal sealed partial class WorkerProcess
{
    /// <summary>A character takes three bytes at most; the rest of the frame is a few numbers.</summary>
    private const int LongestOutput = 3 * ProtocolConstants.LongestLine + 64;

    /// <summary>What the worker prints through its console.</summary>
    private readonly OutputShare _consoleLines;

    /// <summary>What native code of the worker and its child processes print.</summary>
    private readonly OutputShare _nativeLines;

    private readonly Lock _untakenLines = new();

    /// <summary>The weight of lines that were not acknowledged to the worker yet. Guarded by <see cref="_untakenLines"/>.</summary>
    private long _untakenOutput;

    /// <inheritdoc/>
    public TimeSpan WaitedForPrinter => _consoleLines.Waits.Total + _nativeLines.Waits.Total;

    private void TakeOutput(ref MessagePackReader values)
    {
        // Check this before reading the text: as a string, a line as long as a frame can be would take 4 GiB.
        if (_frames.Length > LongestOutput)
        {
            throw new ProtocolException(
                $"It sent a line of output in a frame of {_frames.Length} bytes; the limit is {ProtocolConstants.LongestLine} characters.");
        }

        var weight = ProtocolConstants.WeightOf(_frames.Length);
        _frames.Fill(ref values);
        long? item = values.TryReadNil() ? null : _scheduler.IndexOf(Lane, values.ReadInt64());
        var source = values.ReadInt32() == 1 ? OutputSource.Out : OutputSource.Error;
        var line = values.ReadText() ?? "";
        var goesOn = values.ReadBoolean();
        lock (_untakenLines)
        {
            if (_untakenOutput >= ProtocolConstants.OutputWindow) throw new ProtocolException("It sent more lines of output than the window allows.");
            _untakenOutput += weight;
            _consoleLines.Waits.Set(_untakenOutput >= ProtocolConstants.OutputWindow);
        }

        _printer.Print(_consoleLines, new WorkerOutput(Id, item, source, line) { IsPartial = goesOn }, weight);
    }

    /// <summary>Lines were printed, or need no more room. Any thread.</summary>
    private void OnOutputTaken(long weight)
    {
        // Update our own count first, or the worker's next line would seem to exceed the window.
        lock (_untakenLines)
        {
            _untakenOutput -= weight;
            _consoleLines.Waits.Set(_untakenOutput >= ProtocolConstants.OutputWindow);
        }

        var message = Sender.Rent();
        message.WriteFrame(FrameKind.OutputTaken, weight);
        Sender.Send(message);
    }

    private void TakeErrorLine(string line, bool goesOn) => _printer.PrintInTurn(
        _nativeLines, new WorkerOutput(Id, null, OutputSource.Native, line) { IsPartial = goesOn }, ProtocolConstants.WeightOf(line.Length));
}
