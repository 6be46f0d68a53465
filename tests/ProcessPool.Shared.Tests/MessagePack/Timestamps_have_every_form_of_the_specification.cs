using ProcessPool.MessagePack;

namespace ProcessPool.Tests.MessagePack;

[TestFixture]
[CancelAfter(30_000)]
internal sealed class Timestamps_have_every_form_of_the_specification
{
    // Seconds and ticks since 1970, and the bytes as the specification lays them out.
    [TestCase(0L, 0, "D6 FF 00 00 00 00")]
    [TestCase(1L, 0, "D6 FF 00 00 00 01")]
    [TestCase(4294967295L, 0, "D6 FF FF FF FF FF")]
    [TestCase(4294967296L, 0, "D7 FF 00 00 00 01 00 00 00 00")]
    [TestCase(0L, 1, "D7 FF 00 00 01 90 00 00 00 00")]
    [TestCase(17179869183L, 9999999, "D7 FF EE 6B 26 73 FF FF FF FF")]
    [TestCase(17179869184L, 0, "C7 0C FF 00 00 00 00 00 00 00 04 00 00 00 00")]
    [TestCase(-1L, 9999999, "C7 0C FF 3B 9A C9 9C FF FF FF FF FF FF FF FF")]
    [TestCase(-62135596800L, 0, "C7 0C FF 00 00 00 00 FF FF FF F1 88 6E 09 00")]
    [TestCase(253402300799L, 9999999, "C7 0C FF 3B 9A C9 9C 00 00 00 3A FF F4 41 7F")]
    public void The_shortest_form_is_written_and_read_back(long seconds, int ticks, string hex)
    {
        var time = DateTime.UnixEpoch.AddTicks((seconds * TimeSpan.TicksPerSecond) + ticks);
        var bytes = Convert.FromHexString(hex.Replace(" ", ""));

        Assert.That(Readers.Written(w => w.WriteTimestamp(time)), Is.EqualTo(bytes));
        foreach (var reader in new[] { Readers.OfMemory(bytes), Readers.Dripping(bytes) })
        {
            var read = reader.ReadTimestamp();
            Assert.That((read, read.Kind, reader.End), Is.EqualTo((time, DateTimeKind.Utc, true)));
        }
    }

    [TestCase("D7 FF 00 00 00 00 00 00 00 01")]
    [TestCase("C7 0C FF 00 00 00 00 00 00 00 00 00 00 00 01")]
    [TestCase("C7 04 FF 00 00 00 01")]
    [TestCase("C9 00 00 00 04 FF 00 00 00 01")]
    [TestCase("D7 FF 00 00 01 8C 00 00 00 01")] // 99 ns
    public void Longer_forms_are_read_too(string hex) =>
        Assert.That(Readers.OfMemory(Convert.FromHexString(hex.Replace(" ", ""))).ReadTimestamp(), Is.EqualTo(DateTime.UnixEpoch.AddSeconds(1)));

    [TestCase("D7 FF EE 6B 28 00 00 00 00 00", "1000000000")]
    [TestCase("C7 0C FF FF FF FF FF 00 00 00 00 00 00 00 00", "4294967295")]
    [TestCase("C7 0C FF 00 00 00 00 00 00 00 3A FF F4 41 80", "253402300800")]
    [TestCase("C7 0C FF 00 00 00 00 FF FF FF F1 88 6E 08 FF", "-62135596801")]
    [TestCase("C7 0C FF 00 00 00 00 80 00 00 00 00 00 00 00", "-9223372036854775808")]
    [TestCase("D6 01 00 00 00 00", "type 1")]
    [TestCase("D5 FF 00 00", "2 bytes")]
    [TestCase("D8 FF 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00", "16 bytes")]
    [TestCase("05", "an extension")]
    public void What_is_none_is_an_error(string hex, string message) => Assert.That(
        () => Readers.OfMemory(Convert.FromHexString(hex.Replace(" ", ""))).ReadTimestamp(),
        Throws.TypeOf<MessagePackException>().With.Message.Contains(message));

    [Test]
    public void Local_time_is_converted()
    {
        var time = new DateTime(2024, 7, 1, 12, 0, 0, DateTimeKind.Local);
        Assert.That(Readers.OfMemory(Readers.Written(w => w.WriteTimestamp(time))).ReadTimestamp(), Is.EqualTo(time.ToUniversalTime()));
    }
}
