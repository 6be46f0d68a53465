using ProcessPool.Coordinator.Tests;
using ProcessPool.Workers;

namespace ProcessPool.Protocol.Tests;

[TestFixture(true)]
[TestFixture(false)]
[CancelAfter(120_000)]
internal sealed class Any_implementation_can_read_a_captured_stream(bool withStatusPage)
{
    private string _directory = null!;

    [SetUp]
    public void MakeDirectory()
    {
        Python.Require("msgpack", "python3-msgpack");
        _directory = Directory.CreateTempSubdirectory("processpool-").FullName;
    }

    [TearDown]
    public void RemoveDirectory()
    {
        if (_directory is not null) Directory.Delete(_directory, recursive: true);
    }

    [Test]
    public async Task Both_directions_are_plain_MessagePack_from_end_to_end()
    {
        var recorder = new Recorder();
        await using (var pool = new Pool(new PoolOptions { Workers = 2, Output = _ => { } }, recorder.Wrap(new LocalLauncher(withStatusPage))))
        {
            await Use(pool);
        }

        var kindsTo = Check(recorder.ToWorkers(), "to");
        var kindsFrom = Check(recorder.FromWorkers(), "from");
        Assert.That(kindsTo, Is.SupersetOf(new[] { FrameKind.Welcome, FrameKind.Call, FrameKind.Items, FrameKind.EndCall, FrameKind.Shutdown }));
        Assert.That(kindsFrom, Is.SupersetOf(new[] { FrameKind.Hello, FrameKind.Result, FrameKind.Failure, FrameKind.Output, FrameKind.Goodbye }));
    }

    private static async Task Use(Pool pool)
    {
        await pool.MapAsync(i => i * 0.5, Enumerable.Range(0, 1000));
        await pool.MapAsync(n => new byte[n], [0, 10, 100_000, 1_000_000]);
        await pool.MapAsync(text => text.Length, [new string('x', 500_000), "\ud800", ""]);
        await pool.ApplyAsync(() => Console.WriteLine("a line"));
        Assert.That(async () => await pool.ApplyAsync(int (int i) => throw new ArgumentException("no", nameof(i)), 1), Throws.ArgumentException);
        await foreach (var pair in pool.ImapUnordered(i => (i, $"{i}"), Enumerable.Range(0, 100))) Assert.That(pair.Item2, Is.EqualTo($"{pair.i}"));
    }

    private HashSet<FrameKind> Check(byte[][] streams, string direction)
    {
        var paths = streams.Select((bytes, i) =>
        {
            var path = Path.Combine(_directory, $"{direction}-{i}");
            File.WriteAllBytes(path, bytes);
            return path;
        });
        var script = Path.Combine(AppContext.BaseDirectory, "read_stream.py");
        var result = Child.Run("/usr/bin/python3", [script, .. paths]);
        Assert.That(result.ExitCode, Is.Zero, result.Error);

        var kinds = new HashSet<FrameKind>();
        foreach (var line in result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var words = line.Split(' ');
            var kind = int.Parse(words[0]);
            kinds.Add((FrameKind)kind);
            var fields = Document.Fields[kind];
            Assert.That(words, Has.Length.EqualTo(1 + fields.Length), line);
            for (var i = 0; i < fields.Length; i++) Assert.That(fields[i], Does.EndWith("any").Or.Contains(words[i + 1]), line);
        }

        return kinds;
    }
}
