using MessagePack;
using MessagePack.Formatters;

namespace ProcessPool.Tests.Values;

internal sealed class Formatters_for_MessagePack_work_in_both_processes : PoolTests
{
    protected override PoolOptions Options => new() { Workers = 2, Formatters = [typeof(MarkedFormatter), typeof(PathResolver)] };

    [Test]
    public void As_arguments_results_and_captured_variables()
    {
        var factor = new Length { Metres = 3 };
        var doubled = Pool.Map(length => new Length { Metres = factor.Metres * length.Metres, Note = length.Note }, [new Length { Metres = 2, Note = "n" }]);
        Assert.That((doubled[0].Metres, doubled[0].Note, doubled[0].Cached), Is.EqualTo((6, "n", 0)));
        var clock = new Marked("clock");
        Assert.That(Pool.Map(text => clock.Text + text.Text, [new Marked("1"), new Marked("2")]), Is.EqualTo(new[] { "clock!1!", "clock!2!" }));
        Assert.That(Pool.Apply(() => new Route("a/b")).Text, Is.EqualTo("a/b?"));
    }

    [Test]
    public void One_that_reads_its_value_wrong_fails_its_own_item_and_no_other([Values(0, 2, 3)] int reads)
    {
        // All in one frame.
        var inputs = Enumerable.Range(0, 20).Select(i => new Careless(i, i == 7 ? reads : 1)).ToArray();
        var outcomes = Pool.Imap(careless => careless.Number, inputs, new CallOptions { ChunkSize = 20 }).Outcomes().ToBlockingEnumerable().ToList();
        Assert.That(outcomes.Where(outcome => !outcome.Succeeded).Select(outcome => outcome.Item), Is.EqualTo(new[] { 7 }));
        Assert.That(outcomes[7].Exception, Is.TypeOf<ValueException>().With.Message.Contains("CarelessFormatter read"));
        Assert.That(outcomes.Where(outcome => outcome.Succeeded).Select(outcome => outcome.Value), Is.EqualTo(Enumerable.Range(0, 20).Where(i => i != 7)));
        Assert.That(Pool.Statistics.Workers.Select(worker => worker.Processes), Has.All.EqualTo(1));
    }

    [Test]
    public void One_that_writes_its_value_wrong_fails_its_own_item_and_no_other([Values(0, 2)] int writes)
    {
        var inputs = Enumerable.Range(0, 20).Select(i => new Careless(i, 1, i == 7 ? writes : 1)).ToArray();
        var outcomes = Pool.Imap(careless => careless.Number, inputs, new CallOptions { ChunkSize = 20 }).Outcomes().ToBlockingEnumerable().ToList();
        Assert.That(outcomes.Where(outcome => !outcome.Succeeded).Select(outcome => outcome.Item), Is.EqualTo(new[] { 7 }));
        Assert.That(outcomes[7].Exception, Is.TypeOf<ValueException>().With.Message.Contains("did not write exactly one value"));
        var results = Pool.Imap(i => new Careless(i, 1, i == 3 ? writes : 1), Enumerable.Range(0, 5)).Outcomes().ToBlockingEnumerable().ToList();
        Assert.That(results.Where(outcome => !outcome.Succeeded).Select(outcome => outcome.Item), Is.EqualTo(new[] { 3 }));
        Assert.That(Pool.Statistics.Workers.Select(worker => worker.Processes), Has.All.EqualTo(1));
    }

    [Test]
    public void A_value_that_ends_too_early_fails_its_item_and_is_not_taken_for_a_dead_worker()
    {
        var results = Pool.Imap(i => new Truncated(i), Enumerable.Range(0, 5)).Outcomes().ToBlockingEnumerable().ToList();
        Assert.That(results.Select(outcome => outcome.Succeeded), Is.EqualTo(new[] { true, true, true, false, true }));
        Assert.That(results[3].Exception, Is.TypeOf<ValueException>());
        Assert.That(Pool.Statistics.Workers.Select(worker => worker.Processes), Has.All.EqualTo(1));
    }

    [MessagePackObject]
    public sealed class Length
    {
        [Key(0)]
        public int Metres { get; set; }

        [Key(1)]
        public string? Note { get; set; }

        [IgnoreMember]
        public int Cached { get; set; } = 0;
    }

    private sealed class Marked(string text)
    {
        public string Text => text;
    }

    private sealed class MarkedFormatter : IMessagePackFormatter<Marked>
    {
        public void Serialize(ref MessagePackWriter writer, Marked value, MessagePackSerializerOptions options) => writer.Write(value.Text);

        public Marked Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options) => new(reader.ReadString() + "!");
    }

    private sealed record Route(string Text);

    private sealed class PathResolver : IFormatterResolver
    {
        public IMessagePackFormatter<T>? GetFormatter<T>() => typeof(T) == typeof(Route) ? (IMessagePackFormatter<T>)(object)new RouteFormatter() : null;

        private sealed class RouteFormatter : IMessagePackFormatter<Route>
        {
            public void Serialize(ref MessagePackWriter writer, Route value, MessagePackSerializerOptions options) => writer.Write(value.Text);

            public Route Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options) => new(reader.ReadString() + "?");
        }
    }

    [MessagePackFormatter(typeof(CarelessFormatter))]
    private sealed record Careless(int Number, int Reads, int Writes = 1);

    private sealed class CarelessFormatter : IMessagePackFormatter<Careless>
    {
        public void Serialize(ref MessagePackWriter writer, Careless value, MessagePackSerializerOptions options)
        {
            for (var i = 0; i < value.Writes; i++) writer.Write((100 * value.Number) + value.Reads);
        }

        public Careless Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options)
        {
            var peek = reader.CreatePeekReader();
            var (number, reads) = Math.DivRem(peek.ReadInt32(), 100);
            for (var i = 0; i < reads; i++) reader.ReadInt32();
            return new Careless(number, reads);
        }
    }

    /// <summary>The number 3 is a complete value, but its formatter fails as if it had read beyond the end.</summary>
    [MessagePackFormatter(typeof(TruncatedFormatter))]
    private sealed record Truncated(int Number);

    private sealed class TruncatedFormatter : IMessagePackFormatter<Truncated>
    {
        public void Serialize(ref MessagePackWriter writer, Truncated value, MessagePackSerializerOptions options) => writer.Write(value.Number);

        public Truncated Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options)
        {
            var number = reader.ReadInt32();
            if (number == 3) throw new EndOfStreamException("as the library's reader throws it");
            return new Truncated(number);
        }
    }
}
