namespace ProcessPool.Protocol.Tests;

[TestFixture]
[CancelAfter(60_000)]
internal sealed class The_examples_of_the_document_are_what_is_written
{
    private static readonly Dictionary<string, byte[]> WrittenFrames = new()
    {
        ["Hello"] = Frames.Make(FrameKind.Hello, 3, (ref w) => Write(ref w, ProtocolConstants.Version, 4711, "Python 3.11")),
        ["Welcome"] = Frames.Welcome(ProtocolConstants.Version, 1000, ("A", null), ("B", "x")),
        ["Call"] = Frames.Make(FrameKind.Call, 6, (ref w) => Write(ref w, 1, "en-US", "de-DE", "/srv", 1, null)),
        ["Initialize"] = Frames.Make(FrameKind.Initialize, 4, (ref w) => Write(ref w, "en-US", "de-DE", "/srv", null)),
        ["Finalize"] = Frames.Make(FrameKind.Finalize, 4, (ref w) => Write(ref w, "en-US", "de-DE", "/srv", null)),
        ["Finalized"] = Frames.Finalized(42),
        ["Initialized"] = Frames.Make(FrameKind.Initialized, 1, (ref w) => w.WriteNil()),
        ["Items"] = Frames.Make(FrameKind.Items, 4, (ref w) =>
        {
            Write(ref w, 1, 0, 7);
            w.WriteRaw([MessagePackCode.Array32, 0, 0, 0, 2]);
            Write(ref w, 21, 300);
        }),
        ["Result"] = Frames.Result(0, 42),
        ["Results"] = Results(7, 42, 300),
        ["Failure"] = Frames.Make(FrameKind.Failure, 2, (ref w) =>
        {
            w.Write(1);
            w.WriteArrayHeader(Errors.RemoteExceptionWriter.Parts);
            Write(ref w, null, "ValueError", "no", true, null, unchecked((int)0x80131500));
            Write(ref w, null, null);
            w.WriteArrayHeader(0);
            w.Write(0);
            w.WriteMapHeader(0);
            w.WriteMapHeader(0);
        }),
        ["Duration"] = Frames.Of(FrameKind.Duration, 1, 1_500_000),
        ["Progress"] = Frames.Of(FrameKind.Progress, 1, 5, 50),
        ["Output"] = Frames.Make(FrameKind.Output, 4, (ref w) => Write(ref w, 1, 2, "hi", false)),
        ["Revoked"] = Frames.Revoked(3, 2),
        ["HeartbeatReply"] = Frames.Of(FrameKind.HeartbeatReply, 1000),
        ["Goodbye"] = Frames.Of(FrameKind.Goodbye),
        ["EndCall"] = Frames.Of(FrameKind.EndCall, 1),
        ["Cancel"] = Frames.Of(FrameKind.Cancel, 1),
        ["Revoke"] = Frames.Of(FrameKind.Revoke, 2),
        ["Release"] = Frames.Of(FrameKind.Release, 1),
        ["Heartbeat"] = Frames.Of(FrameKind.Heartbeat, 1000),
        ["ProgressTaken"] = Frames.Of(FrameKind.ProgressTaken, 32768),
        ["OutputTaken"] = Frames.Of(FrameKind.OutputTaken, 524288),
        ["Shutdown"] = Frames.Of(FrameKind.Shutdown),
    };

    private static byte[] Results(long first, params int[] values)
    {
        byte[] written = [.. values.SelectMany(Written)];
        byte[] frame = [.. new byte[ResultsFrame.StartLength], .. written];
        ResultsFrame.WriteStart(frame, first, values.Length, written.Length);
        return frame;
    }

    private static readonly Dictionary<string, byte[]> WrittenValues = new()
    {
        ["bool true"] = Written(true),
        ["int 127"] = Written(127),
        ["int 128"] = Written(128),
        ["int -1"] = Written(-1),
        ["long -33"] = Written(-33L),
        ["uint 65536"] = Written(65536U),
        ["long 4294967296"] = Written(4294967296L),
        ["char 'A'"] = Written('A'),
        ["float 1.5f"] = Written(1.5f),
        ["double 1.5"] = Written(1.5),
        ["string \"é\""] = Written("é"),
        ["string a lone 0xD800"] = Written("\ud800"),
        ["string null"] = Written<string?>(null),
        ["int? null"] = Written<int?>(null),
        ["byte[] { 1, 2 }"] = Written(new byte[] { 1, 2 }),
        ["List<int> { 1, -2 }"] = Written(new List<int> { 1, -2 }),
        ["double[] { 0.5 }"] = Written(new[] { 0.5 }),
        ["string[] { \"a\", null }"] = Written(new[] { "a", null }),
        ["(int, string) (1, \"a\")"] = Written((1, "a")),
        ["int[,] { { 1, 2 } }"] = Written(new[,] { { 1, 2 } }),
        ["SortedSet<string> { \"a\" }"] = Written(new SortedSet<string> { "a" }),
        ["IEnumerable<string> List<string> { \"a\" }"] = Written<IEnumerable<string>>(new List<string> { "a" }),
        ["object 5"] = Written<object>(5),
        ["object \"a\""] = Written<object>("a"),
        ["Dictionary<string, int> { [\"a\"] = 1 }"] = Written(new Dictionary<string, int> { ["a"] = 1 }),
        ["HashSet<int> { 7 }"] = Written(new HashSet<int> { 7 }),
        ["TimeSpan 1 tick"] = Written(new TimeSpan(1)),
        ["DayOfWeek Monday"] = Written(DayOfWeek.Monday),
        ["Point new Point(3, 4), a class with two fields"] = Written(new Point(3, 4)),
        ["(Point, Point) the same Point twice"] = Written(Twice(new Point(3, 4))),
    };

    [Test]
    public void Every_frame_is_written_as_it_is_shown() => CompareAll(Document.Frames, WrittenFrames);

    [Test]
    public void Every_value_is_written_as_it_is_shown() => CompareAll(Document.Values, WrittenValues);

    [Test]
    public void Every_kind_of_frame_is_in_the_tables_and_has_an_example()
    {
        var kinds = Enum.GetValues<FrameKind>().Where(kind => kind != FrameKind.None).ToDictionary(kind => (int)kind, kind => kind.ToString());
        Assert.That(Document.Kinds, Is.EquivalentTo(kinds));
        Assert.That(Document.Frames.Keys, Is.EquivalentTo(kinds.Values));
    }

    [Test]
    public void Every_example_has_as_many_fields_as_its_table_says()
    {
        foreach (var (number, name) in Document.Kinds)
        {
            var reader = new MessagePackReader(Document.Frames[name][ProtocolConstants.FrameHeader..]);
            Assert.That(reader.ReadArrayHeader(), Is.EqualTo(1 + Document.Fields[number].Length), name);
            Assert.That(reader.ReadInt32(), Is.EqualTo(number), name);
        }
    }

    [Test]
    public void The_name_bound_to_a_function_lies_where_the_document_says()
    {
        var reader = new MessagePackReader(Frames.Function(Foreign.Function<int, int>("double")));
        Assert.That(reader.ReadArrayHeader(), Is.EqualTo(4), "function");
        Assert.That(reader.ReadArrayHeader(), Is.Zero, "environment types");
        Assert.That(reader.ReadArrayHeader(), Is.EqualTo(1), "functions");
        Assert.That(reader.ReadArrayHeader(), Is.EqualTo(3), "delegate type, method, target");
        reader.SkipValue();
        reader.SkipValue();
        Assert.That(reader.ReadArrayHeader(), Is.EqualTo(2), "type, value");
        reader.SkipValue();
        Assert.That(reader.ReadText(), Is.EqualTo("double"));
        Assert.That(reader.ReadInt32(), Is.Zero, "root");
        Assert.That(reader.ReadArrayHeader(), Is.Zero, "contents");
        Assert.That(reader.End, Is.True);
    }

    private static void CompareAll(Dictionary<string, byte[]> shown, Dictionary<string, byte[]> written)
    {
        Assert.That(shown.Keys, Is.EquivalentTo(written.Keys));
        Assert.Multiple(() =>
        {
            foreach (var (name, bytes) in shown) Assert.That(Convert.ToHexString(bytes), Is.EqualTo(Convert.ToHexString(written[name])), name);
        });
    }

    private static (T One, T Other) Twice<T>(T value) => (value, value);

    private static byte[] Written<T>(T value) => Frames.Value(Formatters.Get<T>(), value);

    private static void Write(ref MessagePackWriter writer, params object?[] values)
    {
        foreach (var value in values)
        {
            switch (value)
            {
                case int number:
                    writer.Write(number);
                    break;
                case bool flag:
                    writer.Write(flag);
                    break;
                default:
                    writer.WriteText((string?)value);
                    break;
            }
        }
    }

    private sealed class Point(int x, int y)
    {
        public int X { get; } = x;

        public int Y { get; } = y;
    }
}
