using System.Security.Cryptography;
using ProcessPool.Coordinator.Images;

namespace ProcessPool.Coordinator.Tests.Images;

internal sealed class NoiseImageTests
{
    [Test]
    public void The_generator_gives_the_published_numbers()
    {
        // The first outputs for seed 1234567, from the reference implementation (prng.di.unimi.it/splitmix64.c).
        var random = new SplitMix64(1234567);

        Assert.That(
            (ulong[])[random.Next(), random.Next(), random.Next()],
            Is.EqualTo((ulong[])[6457827717110365317, 3203168211198807973, 9817491932198370423]));
    }

    [Test]
    public void The_pixels_of_a_seed_never_change() => Assert.That(
        Convert.ToHexStringLower(SHA256.HashData(NoiseImage.Make(size: 101, seed: 42).Pixels)),
        Is.EqualTo("b6f6b7cba258dfe2e2186db2035c43e54384fb68a0b01d4a0c706d119307f202"));

    [Test]
    public void Every_seed_gives_pixels_of_its_own()
    {
        int[] seeds = [0, 1, 2, -1, int.MinValue, int.MaxValue];

        Assert.That(seeds.Select(seed => Convert.ToHexString(NoiseImage.Make(20, seed).Pixels)), Is.Unique);
    }

    [Test]
    public void All_shades_are_about_as_frequent()
    {
        byte[] pixels = NoiseImage.Make(512, seed: 3).Pixels;
        int[] counts = [.. pixels.GroupBy(pixel => pixel).Select(group => group.Count())];

        Assert.That(counts, Has.Length.EqualTo(256));
        Assert.That(counts, Is.All.InRange(800, 1250));
    }

    [TestCase(0)]
    [TestCase(-5)]
    [TestCase(NoiseImage.MaxSize + 1)]
    public void Sizes_out_of_range_are_refused(int size) =>
        Assert.That(() => NoiseImage.Make(size, seed: 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
}
