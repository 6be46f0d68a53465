using MessagePack;
using ProcessPool.Tests.Formatters;
using ProcessPool.Values;

namespace ProcessPool.Tests.Values;

[TestFixture]
internal sealed class Text_arrives_as_it_was
{
    private static readonly int[] Lengths = [0, 1, 31, 32, 255, 256, 16 * 1024, (16 * 1024) + 1, 65535, 65536, 70000];

    [TestCaseSource(nameof(Lengths))]
    public void In_the_shortest_form(int length)
    {
        foreach (var text in new[] { new string('a', length), new string('ä', length), new string('€', length), string.Concat(Enumerable.Repeat("😀", length / 2)) })
        {
            var bytes = Wire.Write<string?>(text);
            var count = System.Text.Encoding.UTF8.GetByteCount(text);
            var header = count < 32 ? 1 : count < 256 ? 2 : count < 65536 ? 3 : 5;

            Assert.That(bytes, Has.Length.EqualTo(header + count));
            Assert.That(bytes[0], Is.EqualTo(header == 1 ? 0xA0 + count : header == 2 ? 0xD9 : header == 3 ? 0xDA : 0xDB));
            Assert.That(Wire.Read<string?>(bytes), Is.EqualTo(text));
            Assert.That(InPieces(bytes), Is.EqualTo(text));
        }
    }

    [Test]
    public void With_lone_surrogates()
    {
        // Not as test cases: attributes are stored as UTF-8.
        foreach (var text in new[] { "\ud800", "a\udfff", "\udc00\ud800", "😀\ud83d", "\ud800" + new string('x', 100_000) })
        {
            var bytes = Wire.Write<string?>(text);

            Assert.That(new MessagePackReader(bytes).NextMessagePackType, Is.EqualTo(MessagePackType.Extension));
            Assert.That(Wire.Read<string?>(bytes) == text, Is.True);
            Assert.That(InPieces(bytes) == text, Is.True);
        }
    }

    [Test]
    public void Nothing_takes_three_times_the_memory_of_long_text()
    {
        var text = new string('x', 10_000_000);
        Assert.That(Wire.Message((ref MessagePackWriter w, ValueContext _) => w.WriteText(text)).Length, Is.EqualTo(text.Length + 5));
        var before = GC.GetAllocatedBytesForCurrentThread();
        Wire.Message((ref MessagePackWriter w, ValueContext _) => w.WriteText(text));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(2 * text.Length));
    }

    [Test]
    public void What_is_not_utf8_and_foreign_extensions_are_errors()
    {
        Assert.That(() => Wire.Read<string?>([0xA1, 0xFF]), Throws.TypeOf<BrokenValueException>().With.Message.Contains("UTF-8"));
        Assert.That(() => Wire.Read<string?>([0xD4, 9, 0]), Throws.TypeOf<BrokenValueException>().With.Message.Contains("type 9"));
        Assert.That(() => Wire.Read<string?>([0xD4, 1, 0]), Throws.TypeOf<BrokenValueException>());
        Assert.That(() => Wire.Read<string?>([0xC4, 1, 97]), Throws.TypeOf<BrokenValueException>());
        Assert.That(Wire.Read<string?>([0xC0]), Is.Null);
    }

    private static string? InPieces(byte[] bytes)
    {
        var reader = new MessagePackReader(Pieces.Of(bytes, 7));
        return reader.ReadText();
    }
}
