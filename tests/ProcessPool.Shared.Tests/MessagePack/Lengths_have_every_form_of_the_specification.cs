using ProcessPool.MessagePack;

namespace ProcessPool.Tests.MessagePack;

[TestFixture]
internal sealed class Lengths_have_every_form_of_the_specification
{
    private static readonly int[] Lengths = [0, 1, 2, 3, 4, 5, 8, 15, 16, 17, 31, 32, 255, 256, 65535, 65536, 70000];

    [TestCaseSource(nameof(Lengths))]
    public void Text(int length)
    {
        foreach (var text in new[] { new string('a', length), new string('ä', length), new string('€', length) })
        {
            var bytes = Readers.Written(w => w.Write(text));
            var count = System.Text.Encoding.UTF8.GetByteCount(text);
            var header = count < 32 ? 1 : count < 256 ? 2 : count < 65536 ? 3 : 5;

            Assert.That(bytes, Has.Length.EqualTo(header + count));
            Assert.That(bytes[0], Is.EqualTo(header == 1 ? 0xA0 + count : header == 2 ? 0xD9 : header == 3 ? 0xDA : 0xDB));
            Assert.That(Readers.OfMemory(bytes).ReadString(), Is.EqualTo(text));
            Assert.That(Readers.Dripping(bytes, atOnce: 7).ReadString(), Is.EqualTo(text));
        }
    }

    [TestCaseSource(nameof(Lengths))]
    public void Binary_data(int length)
    {
        var content = Enumerable.Range(0, length).Select(i => (byte)i).ToArray();
        var bytes = Readers.Written(w => w.Write(content));
        var header = length < 256 ? 2 : length < 65536 ? 3 : 5;

        Assert.That(bytes, Has.Length.EqualTo(header + length));
        Assert.That(bytes[0], Is.EqualTo(header == 2 ? 0xC4 : header == 3 ? 0xC5 : 0xC6));
        foreach (var reader in new[] { Readers.OfMemory(bytes), Readers.Dripping(bytes, atOnce: 5) })
        {
            var copy = new byte[reader.ReadBinHeader()];
            reader.ReadRaw(copy);
            Assert.That(copy, Is.EqualTo(content));
            Assert.That(reader.End, Is.True);
        }
    }

    [TestCaseSource(nameof(Lengths))]
    public void Extensions(int length)
    {
        var content = Enumerable.Range(0, length).Select(i => (byte)~i).ToArray();
        var bytes = Readers.Written(w => w.WriteExtension(-7, content));
        var header = length is 1 or 2 or 4 or 8 or 16 ? 2 : length < 256 ? 3 : length < 65536 ? 4 : 6;

        Assert.That(bytes, Has.Length.EqualTo(header + length));
        foreach (var reader in new[] { Readers.OfMemory(bytes), Readers.Dripping(bytes, atOnce: 3) })
        {
            Assert.That(reader.NextType, Is.EqualTo(MessagePackType.Extension));
            Assert.That(reader.ReadExtensionHeader(), Is.EqualTo(new ExtensionHeader(-7, length)));
            var copy = new byte[length];
            reader.ReadRaw(copy);
            Assert.That(copy, Is.EqualTo(content));
        }
    }

    [TestCaseSource(nameof(Lengths))]
    public void Arrays_and_maps(int length)
    {
        var array = Readers.Written(w =>
        {
            w.WriteArrayHeader(length);
            for (var i = 0; i < length; i++) w.WriteNil();
        });
        var map = Readers.Written(w =>
        {
            w.WriteMapHeader(length);
            for (var i = 0; i < 2 * length; i++) w.WriteNil();
        });
        var header = length < 16 ? 1 : length < 65536 ? 3 : 5;

        Assert.That((array.Length, map.Length), Is.EqualTo((header + length, header + (2 * length))));
        Assert.That(Readers.OfMemory(array).ReadArrayHeader(), Is.EqualTo(length));
        Assert.That(Readers.OfMemory(map).ReadMapHeader(), Is.EqualTo(length));
        Assert.That(Readers.Dripping(array).ReadArrayHeader(), Is.EqualTo(length));
        Assert.That(Readers.Dripping(map).ReadMapHeader(), Is.EqualTo(length));
    }

    [Test]
    public void Text_with_lone_surrogates_survives()
    {
        // Not as test cases: attributes are stored as UTF-8.
        foreach (var text in new[] { "\ud800", "a\udfff", "\udc00\ud800", "\ud800" + new string('x', 100_000) })
        {
            var bytes = Readers.Written(w => w.Write(text));

            Assert.That(Readers.OfMemory(bytes).NextType, Is.EqualTo(MessagePackType.Extension));
            Assert.That(Readers.OfMemory(bytes).ReadString() == text, Is.True);
            Assert.That(Readers.Dripping(bytes, atOnce: 100).ReadString() == text, Is.True);
        }
    }

    [Test]
    public void Text_that_is_not_utf8_and_foreign_extensions_are_errors()
    {
        Assert.That(() => Readers.OfMemory(0xA1, 0xFF).ReadString(), Throws.TypeOf<MessagePackException>().With.Message.Contains("UTF-8"));
        Assert.That(() => Readers.OfMemory(0xD4, 9, 0).ReadString(), Throws.TypeOf<MessagePackException>().With.Message.Contains("type 9"));
        Assert.That(() => Readers.OfMemory(0xD4, 1, 0).ReadString(), Throws.TypeOf<MessagePackException>());
        Assert.That(Readers.OfMemory(0xC0).ReadString(), Is.Null);
    }

    [Test]
    public void Every_code_has_its_type()
    {
        for (var code = 0; code < 256; code++)
        {
            var expected = code switch
            {
                < 0x80 or >= 0xE0 or (>= 0xCC and <= 0xD3) => MessagePackType.Integer,
                < 0x90 or 0xDE or 0xDF => MessagePackType.Map,
                < 0xA0 or 0xDC or 0xDD => MessagePackType.Array,
                < 0xC0 or (>= 0xD9 and <= 0xDB) => MessagePackType.String,
                0xC0 => MessagePackType.Nil,
                0xC1 => MessagePackType.Unknown,
                0xC2 or 0xC3 => MessagePackType.Boolean,
                <= 0xC6 => MessagePackType.Binary,
                0xCA or 0xCB => MessagePackType.Float,
                _ => MessagePackType.Extension,
            };
            Assert.That(MessagePackPrimitives.TypeOf((byte)code), Is.EqualTo(expected), $"0x{code:X2}");
        }
    }
}
