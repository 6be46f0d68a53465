using ProcessPool.Memory;
using ProcessPool.Workers;

namespace ProcessPool.Protocol.Tests;

/// <summary>Wraps the streams of each worker in a test's own streams.</summary>
internal sealed class WrappingLauncher(IWorkerLauncher inner, Func<Stream, Stream> input, Func<Stream, Stream> output) : IWorkerLauncher
{
    public WorkerConnection Launch(int worker) => new Connection(inner.Launch(worker), input, output);

    private sealed class Connection(WorkerConnection inner, Func<Stream, Stream> input, Func<Stream, Stream> output) : WorkerConnection
    {
        public override Stream Input { get; } = input(inner.Input);

        public override Stream Output { get; } = output(inner.Output);

        public override Stream Error => inner.Error;

        public override StatusPage? Page => inner.Page;

        public override int ProcessId => inner.ProcessId;

        public override IReadOnlyDictionary<string, string?> EnvironmentToRestore => inner.EnvironmentToRestore;

        public override string Command => inner.Command;

        public override void OnStarted() => inner.OnStarted();

        public override void Kill() => inner.Kill();

        public override int? WaitForExit(TimeSpan timeout) => inner.WaitForExit(timeout);

        public override void Dispose() => inner.Dispose();
    }
}

/// <summary>A stream that passes all bytes on in pieces of a given size, and reports them.</summary>
internal sealed class PassingStream(Stream inner, int step, Action<ReadOnlySpan<byte>>? tell = null) : Stream
{
    public override bool CanRead => inner.CanRead;

    public override bool CanSeek => false;

    public override bool CanWrite => inner.CanWrite;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        var count = inner.Read(buffer[..Math.Min(step, buffer.Length)]);
        tell?.Invoke(buffer[..count]);
        return count;
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        tell?.Invoke(buffer);
        while (!buffer.IsEmpty)
        {
            var part = buffer[..Math.Min(step, buffer.Length)];
            inner.Write(part);
            inner.Flush();
            buffer = buffer[part.Length..];
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush() => inner.Flush();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
