namespace ProcessPool.Protocol.Tests.CrossChecks;

[TestFixture(nameof(Implementation.Python))]
[TestFixture(nameof(Implementation.JavaScript))]
[CancelAfter(120_000)]
internal sealed class Other_implementations_agree(string name)
{
    private const int Count = 20_000;

    private readonly Implementation _other = name == nameof(Implementation.Python) ? Implementation.Python : Implementation.JavaScript;
    private readonly int _seed = Environment.TickCount;
    private string _directory = null!;
    private List<Node> _values = null!;

    [OneTimeSetUp]
    public void MakeValues()
    {
        _other.Require();
        _directory = Directory.CreateTempSubdirectory("processpool-").FullName;
        var random = new RandomNodes(new Random(_seed));
        _values = [.. random.Edges(), .. Enumerable.Range(0, Count).Select(_ => random.Any())];
    }

    [OneTimeTearDown]
    public void RemoveDirectory()
    {
        if (_directory is not null) Directory.Delete(_directory, recursive: true);
    }

    [Test]
    public void On_what_is_written_here() => They_read((value, message) =>
    {
        var writer = new MessagePackWriter(message);
        value.Write(ref writer);
        writer.Flush();
    });

    [Test]
    public void On_forms_that_are_longer_than_they_need_be()
    {
        var random = new Random(_seed);
        They_read((value, message) => new AnyForm(message, random).Write(value));
    }

    [Test]
    public void On_what_they_write()
    {
        var (source, target) = (Path.Combine(_directory, "lines"), Path.Combine(_directory, "written"));
        File.WriteAllLines(source, _values.Select(new Description(knowsIntegersFromFloats: true).Of));
        _other.Run("write", source, target);
        Check(File.ReadAllBytes(target), _other.Description);
    }

    [Test]
    public void Also_this_one_with_itself()
    {
        var random = new Random(_seed);
        Check(Write((value, message) => new AnyForm(message, random).Write(value)), new Description(knowsIntegersFromFloats: true));
    }

    private void They_read(Action<Node, FrameBuffer> write)
    {
        var (source, target) = (Path.Combine(_directory, "values"), Path.Combine(_directory, "described"));
        File.WriteAllBytes(source, Write(write));
        _other.Run("read", source, target);
        Compare(File.ReadAllLines(target), _other.Description);
    }

    private byte[] Write(Action<Node, FrameBuffer> write)
    {
        var message = new FrameBuffer();
        foreach (var value in _values) write(value, message);
        return message.ToArray();
    }

    private void Check(byte[] bytes, Description description)
    {
        var reader = new MessagePackReader(bytes);
        var lines = new string[_values.Count];
        for (var i = 0; i < lines.Length; i++) lines[i] = description.Of(Node.Read(ref reader));
        Compare(lines, description);
        Assert.That(reader.End, Is.True);
    }

    private void Compare(string[] lines, Description description)
    {
        Assert.That(lines, Has.Length.EqualTo(_values.Count));
        for (var i = 0; i < lines.Length; i++)
        {
            var expected = description.Of(_values[i]);
            if (lines[i] != expected) Assert.That(lines[i], Is.EqualTo(expected), $"value {i} of seed {_seed}");
        }
    }
}
