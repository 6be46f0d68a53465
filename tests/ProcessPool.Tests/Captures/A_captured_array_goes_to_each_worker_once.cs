using ProcessPool.Memory;
using ProcessPool.Workers;

namespace ProcessPool.Tests.Captures;

[CancelAfter(120_000)]
internal sealed class A_captured_array_goes_to_each_worker_once
{
    [Test]
    public void However_many_items_there_are()
    {
        var launcher = new CountingLauncher();
        using (var pool = new Pool(new PoolOptions { Workers = 2 }, launcher))
        {
            var table = new byte[50_000_000];
            table[^1] = 7;
            var results = pool.Map(x => x + table[^1], Enumerable.Range(0, 10_000));
            Assert.That(results, Is.EqualTo(Enumerable.Range(7, 10_000)));
        }

        Assert.That(launcher.Streams, Has.Count.EqualTo(2));
        Assert.That(launcher.Streams.Select(stream => stream.Written), Has.Some.GreaterThan(50_000_000).And.All.LessThan(51_000_000));
    }

    /// <summary>Starts workers as usual, and counts what is written to them.</summary>
    private sealed class CountingLauncher : IWorkerLauncher
    {
        private readonly LocalLauncher _launcher = new(useStatusPage: true);

        public List<CountingStream> Streams { get; } = [];

        public WorkerConnection Launch()
        {
            var connection = _launcher.Launch();
            var stream = new CountingStream(connection.Input);
            lock (Streams) Streams.Add(stream);
            return new CountingConnection(connection, stream);
        }
    }

    private sealed class CountingConnection(WorkerConnection inner, Stream input) : WorkerConnection
    {
        public override Stream Input => input;

        public override Stream Output => inner.Output;

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

    private sealed class CountingStream(Stream inner) : Stream
    {
        private long _written;

        public long Written => Interlocked.Read(ref _written);

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            Interlocked.Add(ref _written, buffer.Length);
            inner.Write(buffer);
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Flush() => inner.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
