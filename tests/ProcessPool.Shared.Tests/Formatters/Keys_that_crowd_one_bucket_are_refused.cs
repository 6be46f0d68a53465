using System.Diagnostics;
using ProcessPool.MessagePack;
using ProcessPool.Tests.MessagePack;

namespace ProcessPool.Tests.Formatters;

[TestFixture]
[CancelAfter(120_000)]
internal sealed class Keys_that_crowd_one_bucket_are_refused
{
    private const int Many = 300_000;

    /// <summary>Different numbers, all with the hash code 0.</summary>
    private static readonly Func<int, long> Colliding = i => ((long)i << 32) | (uint)i;

    private static readonly Func<int, long> Spread = i => i * 7919L;

    [Test]
    public void In_a_dictionary()
    {
        var clock = Stopwatch.StartNew();
        Assert.That(() => Wire.Read<Dictionary<long, int>>(Dictionary(Many, Colliding)), Throws.TypeOf<MessagePackException>().With.Message.Contains("hash codes"));
        Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(30)));
    }

    [Test]
    public void In_a_set() => Assert.That(
        () => Wire.Read<HashSet<long>>(Set(Many, Colliding)), Throws.TypeOf<MessagePackException>().With.Message.Contains("hash codes"));

    [Test]
    public void Also_if_they_are_users_own() => Assert.That(
        () => Wire.Read<HashSet<Own>>(Readers.Written(w =>
        {
            w.WriteArrayHeader(2);
            w.Write(0);
            w.WriteArrayHeader(Many);
            for (var i = 0; i < Many; i++)
            {
                w.WriteArrayHeader(1);
                w.Write(i);
            }
        })),
        Throws.TypeOf<MessagePackException>().With.Message.Contains("hash codes"));

    [Test]
    public void Others_are_not_however_many_they_are()
    {
        Assert.That(Wire.Read<Dictionary<long, int>>(Dictionary(Many, Spread)), Has.Count.EqualTo(Many));
        Assert.That(Wire.Read<HashSet<long>>(Set(Many, Spread)), Has.Count.EqualTo(Many));
        Assert.That(Wire.RoundTrip(Enumerable.Range(0, Many).ToDictionary(i => $"{i}", i => i)), Has.Count.EqualTo(Many));
        Assert.That(Wire.RoundTrip(Enumerable.Range(0, Many).Select(i => i / 3.0).ToHashSet()), Has.Count.EqualTo(Many));
        Assert.That(Wire.RoundTrip(Enumerable.Range(0, Many).Select(i => (i % 1000, i / 1000)).ToHashSet()), Has.Count.EqualTo(Many));
    }

    [Test]
    public void Few_may_crowd() => Assert.That(
        Wire.Read<HashSet<long>>(Set(KeyCrowding<long>.Small - 1, Colliding)), Has.Count.EqualTo(KeyCrowding<long>.Small - 1));

    private static byte[] Dictionary(int count, Func<int, long> key) => Readers.Written(w =>
    {
        w.WriteArrayHeader(2);
        w.Write(0);
        w.WriteMapHeader(count);
        for (var i = 0; i < count; i++)
        {
            w.Write(key(i));
            w.Write(i);
        }
    });

    private static byte[] Set(int count, Func<int, long> key) => Readers.Written(w =>
    {
        w.WriteArrayHeader(2);
        w.Write(0);
        w.WriteArrayHeader(count);
        for (var i = 0; i < count; i++) w.Write(key(i));
    });

    internal readonly record struct Own(int Number)
    {
        public override int GetHashCode() => 5;
    }
}
