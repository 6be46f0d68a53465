using ProcessPool.Tests.Formatters;
using ProcessPool.Values;

namespace ProcessPool.Tests.Values;

[TestFixture]
[CancelAfter(30_000)]
internal sealed class Timestamps_are_those_of_the_specification
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
        var bytes = Bytes(hex);

        Assert.That(Wire.Write(time), Is.EqualTo(bytes));
        var read = Wire.Read<DateTime>(bytes);
        Assert.That((read, read.Kind), Is.EqualTo((time, DateTimeKind.Utc)));
    }

    [TestCase("D7 FF 00 00 00 00 00 00 00 01")]
    [TestCase("C7 0C FF 00 00 00 00 00 00 00 00 00 00 00 01")]
    [TestCase("C7 04 FF 00 00 00 01")]
    [TestCase("C9 00 00 00 04 FF 00 00 00 01")]
    [TestCase("D7 FF 00 00 01 8C 00 00 00 01")] // 99 ns
    public void Longer_forms_are_read_too(string hex) =>
        Assert.That(Wire.Read<DateTime>(Bytes(hex)), Is.EqualTo(DateTime.UnixEpoch.AddSeconds(1)));

    [TestCase("C7 0C FF 00 00 00 00 00 00 00 3A FF F4 41 80", "the years 1 to 9999")]
    [TestCase("C7 0C FF 00 00 00 00 FF FF FF F1 88 6E 08 FF", "the years 1 to 9999")]
    [TestCase("C7 0C FF 00 00 00 00 80 00 00 00 00 00 00 00", "the years 1 to 9999")]
    [TestCase("D6 01 00 00 00 00", "typeCode: 1")]
    [TestCase("D5 FF 00 00", "was 2")]
    [TestCase("05", "Expected binary data")]
    public void What_is_none_is_an_error(string hex, string message) =>
        Assert.That(() => Wire.Read<DateTime>(Bytes(hex)), Throws.TypeOf<BrokenValueException>().With.Message.Contains(message));

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", ""));
}
