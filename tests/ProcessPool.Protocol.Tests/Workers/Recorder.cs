using ProcessPool.Workers;

namespace ProcessPool.Protocol.Tests;

/// <summary>Records the bytes that pass through the pipes of workers: one recording for each direction of each worker.</summary>
internal sealed class Recorder
{
    private readonly Lock _lock = new();
    private readonly List<MemoryStream> _toWorkers = [];
    private readonly List<MemoryStream> _fromWorkers = [];

    public IWorkerLauncher Wrap(IWorkerLauncher launcher) =>
        new WrappingLauncher(launcher, stream => Record(stream, _toWorkers), stream => Record(stream, _fromWorkers));

    public byte[][] ToWorkers() => Copy(_toWorkers);

    public byte[][] FromWorkers() => Copy(_fromWorkers);

    /// <summary>The frames of all workers, one worker after the other, with their bodies.</summary>
    public List<(FrameKind Kind, byte[] Body)> FramesFromWorkers() => FramesOf(FromWorkers());

    /// <summary>The same of what goes to them.</summary>
    public List<(FrameKind Kind, byte[] Body)> FramesToWorkers() => FramesOf(ToWorkers());

    private static List<(FrameKind, byte[])> FramesOf(byte[][] recordings)
    {
        List<(FrameKind, byte[])> frames = [];
        foreach (var recording in recordings)
        {
            var reader = new FrameReader(new StreamByteSource(new MemoryStream(recording)));
            while (FrameValues.ReadFrom(reader, out var values) is var kind && kind != FrameKind.None) frames.Add((kind, values.Rest));
        }

        return frames;
    }

    private PassingStream Record(Stream stream, List<MemoryStream> recordings)
    {
        var recording = new MemoryStream();
        lock (_lock) recordings.Add(recording);
        return new PassingStream(stream, int.MaxValue, bytes =>
        {
            lock (_lock) recording.Write(bytes);
        });
    }

    private byte[][] Copy(List<MemoryStream> recordings)
    {
        lock (_lock) return [.. recordings.Select(recording => recording.ToArray())];
    }
}
