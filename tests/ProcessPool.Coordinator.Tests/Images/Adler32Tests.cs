using ProcessPool.Coordinator.Images;

namespace ProcessPool.Coordinator.Tests.Images;

internal sealed class Adler32Tests
{
    [Test]
    public void The_checksum_is_the_published_one()
    {
        var adler = new Adler32();
        adler.Append("Wikipedia"u8);
        Assert.That(adler.Value, Is.EqualTo(0x11E60398));
    }

    [Test]
    public void The_vectors_give_what_the_definition_gives([Values(0, 1, 31, 32, 33, 703, 704, 705, 1409, 5552, 65_535, 1_000_003)] int length)
    {
        byte[] largest = new byte[length], mixed = new byte[length];
        Array.Fill(largest, byte.MaxValue);
        new Random(1).NextBytes(mixed);

        Assert.Multiple(() =>
        {
            Assert.That(Of(largest), Is.EqualTo(Definition(largest)));
            Assert.That(Of(mixed), Is.EqualTo(Definition(mixed)));
            Assert.That(Of(mixed[..(length / 3)], mixed[(length / 3)..]), Is.EqualTo(Definition(mixed)));
        });
    }

    private static uint Of(params byte[][] parts)
    {
        var adler = new Adler32();
        foreach (byte[] part in parts)
            adler.Append(part);
        return adler.Value;
    }

    private static uint Definition(byte[] bytes)
    {
        uint a = 1, b = 0;
        foreach (byte value in bytes)
        {
            a = (a + value) % 65_521;
            b = (b + a) % 65_521;
        }

        return (b << 16) | a;
    }
}
