using ProcessPool.MessagePack;

namespace ProcessPool.Tests.MessagePack;

[TestFixture]
internal sealed class Numbers_travel_in_their_shortest_form
{
    [TestCase(0L, "00")]
    [TestCase(127L, "7F")]
    [TestCase(128L, "CC80")]
    [TestCase(255L, "CCFF")]
    [TestCase(256L, "CD0100")]
    [TestCase(65535L, "CDFFFF")]
    [TestCase(65536L, "CE00010000")]
    [TestCase(4294967295L, "CEFFFFFFFF")]
    [TestCase(4294967296L, "CF0000000100000000")]
    [TestCase(long.MaxValue, "CF7FFFFFFFFFFFFFFF")]
    [TestCase(-1L, "FF")]
    [TestCase(-32L, "E0")]
    [TestCase(-33L, "D0DF")]
    [TestCase(-128L, "D080")]
    [TestCase(-129L, "D1FF7F")]
    [TestCase(-32768L, "D18000")]
    [TestCase(-32769L, "D2FFFF7FFF")]
    [TestCase(-2147483648L, "D280000000")]
    [TestCase(-2147483649L, "D3FFFFFFFF7FFFFFFF")]
    [TestCase(long.MinValue, "D38000000000000000")]
    public void Integers(long value, string expected)
    {
        var bytes = Readers.Written(w => w.Write(value));

        Assert.That(Convert.ToHexString(bytes), Is.EqualTo(expected));
        Assert.That(Readers.OfMemory(bytes).ReadInt64(), Is.EqualTo(value));
        if (value is >= int.MinValue and <= int.MaxValue)
        {
            Assert.That(Readers.Written(w => w.Write((int)value)), Is.EqualTo(bytes));
            Assert.That(Readers.OfMemory(bytes).ReadInt32(), Is.EqualTo(value));
        }

        if (value < 0) return;
        Assert.That(Readers.Written(w => w.Write((ulong)value)), Is.EqualTo(bytes));
        Assert.That(Readers.OfMemory(bytes).ReadUInt64(), Is.EqualTo(value));
    }

    [TestCase("CC05", 5L)]
    [TestCase("CD0005", 5L)]
    [TestCase("CE00000005", 5L)]
    [TestCase("CF0000000000000005", 5L)]
    [TestCase("D005", 5L)]
    [TestCase("D10005", 5L)]
    [TestCase("D200000005", 5L)]
    [TestCase("D30000000000000005", 5L)]
    [TestCase("D1FFFF", -1L)]
    [TestCase("D2FFFFFFFF", -1L)]
    [TestCase("D3FFFFFFFFFFFFFFFF", -1L)]
    public void Longer_forms_are_read_all_the_same(string hex, long expected)
    {
        var bytes = Convert.FromHexString(hex);

        Assert.That(Readers.OfMemory(bytes).ReadInt64(), Is.EqualTo(expected));
        Assert.That(Readers.OfMemory(bytes).ReadInt32(), Is.EqualTo(expected));
        if (expected >= 0) Assert.That(Readers.OfMemory(bytes).ReadUInt64(), Is.EqualTo((ulong)expected));
        else Assert.That(() => Readers.OfMemory(bytes).ReadUInt64(), Throws.TypeOf<MessagePackException>().With.Message.Contains("-1"));
    }

    [Test]
    public void The_largest_unsigned_number_does_not_fit_a_signed_one()
    {
        var bytes = Readers.Written(w => w.Write(ulong.MaxValue));

        Assert.That(Readers.OfMemory(bytes).ReadUInt64(), Is.EqualTo(ulong.MaxValue));
        var e = Assert.Throws<MessagePackException>(() => Readers.OfMemory(bytes).ReadInt64())!;
        Assert.That(e.Message, Is.EqualTo("The number 18446744073709551615 does not fit a 64-bit integer."));
        Assert.That(() => Readers.OfMemory(0xCE, 0x80, 0, 0, 0).ReadInt32(), Throws.TypeOf<MessagePackException>());
    }

    [Test]
    public void Floating_point_numbers_keep_every_bit()
    {
        foreach (var bits in new[] { 0, 1L << 63, 1, 0x7FF0000000000000, -1, 0x7FF0000000000001, BitConverter.DoubleToInt64Bits(Math.PI) })
        {
            var bytes = Readers.Written(w => w.Write(BitConverter.Int64BitsToDouble(bits)));
            Assert.That(BitConverter.DoubleToInt64Bits(Readers.OfMemory(bytes).ReadDouble()), Is.EqualTo(bits));
        }

        foreach (var bits in new[] { 0, 1 << 31, 1, 0x7F800000, -1, 0x7F800001, BitConverter.SingleToInt32Bits(MathF.E) })
        {
            var bytes = Readers.Written(w => w.Write(BitConverter.Int32BitsToSingle(bits)));
            Assert.That(BitConverter.SingleToInt32Bits(Readers.OfMemory(bytes).ReadSingle()), Is.EqualTo(bits));
            Assert.That(BitConverter.SingleToInt32Bits(Readers.Dripping(bytes).ReadSingle()), Is.EqualTo(bits));
        }
    }

    [Test]
    public void Floats_of_either_width_are_read_as_the_other_but_integers_are_not()
    {
        var narrow = Readers.Written(w => w.Write(1.5f));
        var wide = Readers.Written(w => w.Write(1.5));

        Assert.That((Readers.OfMemory(narrow).ReadDouble(), Readers.OfMemory(wide).ReadSingle()), Is.EqualTo((1.5, 1.5f)));
        Assert.That(() => Readers.OfMemory(1).ReadDouble(), Throws.TypeOf<MessagePackException>());
        Assert.That(() => Readers.OfMemory(narrow).ReadInt64(), Throws.TypeOf<MessagePackException>());
    }

    [Test]
    public void A_fixed_uint_32_and_an_array_header_can_be_set_later()
    {
        var writer = new MessagePackWriter(1);
        var length = writer.WriteFixedUInt32(0);
        var array = writer.ReserveArrayHeader();
        writer.WriteNil();
        writer.PatchUInt32(length, 6);
        writer.PatchArrayHeader(array, 1);

        Assert.That(Convert.ToHexString(writer.ToArray()), Is.EqualTo("CE00000006" + "DD00000001" + "C0"));
    }
}
