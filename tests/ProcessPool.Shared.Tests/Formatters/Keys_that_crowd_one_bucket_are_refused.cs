using System.Collections;
using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics;
using MessagePack;
using ProcessPool.Values;

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
        Assert.That(() => Wire.Read<Dictionary<long, int>>(Dictionary(Many, Colliding)), Throws.TypeOf<BrokenValueException>().With.Message.Contains("hash codes"));
        Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(30)));
    }

    [Test]
    public void In_a_set() => Assert.That(
        () => Wire.Read<HashSet<long>>(Set(Many, Colliding)), Throws.TypeOf<BrokenValueException>().With.Message.Contains("hash codes"));

    [Test]
    public void In_everything_that_hashes_its_keys() => Assert.Multiple(() =>
    {
        Refuses<OrderedDictionary<long, int>>(Dictionary(Many, Colliding));
        Refuses<ConcurrentDictionary<long, int>>(Dictionary(Many, Colliding));
        Refuses<FrozenDictionary<long, int>>(Dictionary(Many, Colliding));
        Refuses<ImmutableDictionary<long, int>>(Dictionary(Many, Colliding, comparers: 2));
        Refuses<FrozenSet<long>>(Block(Many, Colliding));
        Refuses<ImmutableHashSet<long>>(Block(Many, Colliding));
        Refuses<ILookup<long, int>>(Groups(Many, Colliding));
        Refuses<Hashtable>(Objects(Many, Colliding));
        Refuses<OwnDictionary>(Inherited(Dictionary(Many, Colliding)));
        Refuses<OwnSet>(Inherited(Set(Many, Colliding)));
    });

    [Test]
    public void And_taken_from_everything_if_they_do_not() => Assert.Multiple(() =>
    {
        Takes<OrderedDictionary<long, int>>(Dictionary(Many, Spread));
        Takes<ConcurrentDictionary<long, int>>(Dictionary(Many, Spread));
        Takes<FrozenDictionary<long, int>>(Dictionary(Many, Spread));
        Takes<ImmutableDictionary<long, int>>(Dictionary(Many, Spread, comparers: 2));
        Takes<FrozenSet<long>>(Block(Many, Spread));
        Takes<ImmutableHashSet<long>>(Block(Many, Spread));
        Takes<ILookup<long, int>>(Groups(Many, Spread));
        Takes<Hashtable>(Objects(Many, Spread));
        Takes<OwnDictionary>(Inherited(Dictionary(Many, Spread)));
        Takes<OwnSet>(Inherited(Set(Many, Spread)));
    });

    [TestCase(524_287, "lookup", TestName = "In the buckets that a lookup of so many has")]
    [TestCase(262_143, "lookup", TestName = "In those that it has before it grows")]
    [TestCase(672_827, "concurrent", TestName = "In those that a dictionary for many threads has once it has grown")]
    public void Also_if_only_their_buckets_are_the_same(int buckets, string collection)
    {
        // The hash code of a long is that of its halves, combined: some multiple of the number of buckets.
        long Key(int i) => ((long)i << 32) | (uint)(i ^ (i % 3_000 * buckets));
        if (collection == "lookup") Refuses<ILookup<long, int>>(Groups(Many, Key));
        else Refuses<ConcurrentDictionary<long, int>>(Dictionary(Many, Key));
    }

    [Test]
    public void Also_if_they_are_users_own() => Assert.That(
        () => Wire.Read<HashSet<Own>>(Wire.Written((ref MessagePackWriter w, ValueContext _) =>
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
        Throws.TypeOf<BrokenValueException>().With.Message.Contains("hash codes"));

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

    private static void Refuses<T>(byte[] bytes) =>
        Assert.That(() => Wire.Read<T>(bytes), Throws.TypeOf<BrokenValueException>().With.Message.Contains("hash codes"), typeof(T).Name);

    private static void Takes<T>(byte[] bytes)
        where T : class, IEnumerable => Assert.That(Wire.Read<T>(bytes).Cast<object>().Count(), Is.EqualTo(Many), typeof(T).Name);

    private static byte[] Dictionary(int count, Func<int, long> key, int comparers = 1) => Wire.Written((ref MessagePackWriter w, ValueContext _) =>
    {
        w.WriteArrayHeader(2);
        if (comparers > 1) w.WriteArrayHeader(comparers);
        for (var i = 0; i < comparers; i++) w.Write(0);
        w.WriteMapHeader(count);
        for (var i = 0; i < count; i++)
        {
            w.Write(key(i));
            w.Write(i);
        }
    });

    private static byte[] Set(int count, Func<int, long> key) => Wire.Written((ref MessagePackWriter w, ValueContext _) =>
    {
        w.WriteArrayHeader(2);
        w.Write(0);
        w.WriteArrayHeader(count);
        for (var i = 0; i < count; i++) w.Write(key(i));
    });

    /// <summary>A set whose elements travel as an array of them would.</summary>
    private static byte[] Block(int count, Func<int, long> key) => AfterComparer(Enumerable.Range(0, count).Select(key).ToArray());

    private static byte[] Groups(int count, Func<int, long> key) =>
        AfterComparer(Enumerable.Range(0, count).Select(i => KeyValuePair.Create(key(i), new[] { i })).ToArray());

    private static byte[] Objects(int count, Func<int, long> key) =>
        AfterComparer(Enumerable.Range(0, count).Select(i => KeyValuePair.Create<object, object?>(key(i), null)).ToArray());

    private static byte[] AfterComparer<T>(T content) => Wire.Written((ref MessagePackWriter w, ValueContext _) =>
    {
        w.WriteArrayHeader(2);
        w.Write(0);
        w.WriteRaw(Wire.Write(content));
    });

    /// <summary>An object that is nothing but the collection that it inherits from.</summary>
    private static byte[] Inherited(byte[] collection) => Wire.Written((ref MessagePackWriter w, ValueContext _) =>
    {
        w.WriteArrayHeader(1);
        w.WriteRaw(collection);
    });

    internal sealed class OwnDictionary : Dictionary<long, int>;

    internal sealed class OwnSet : HashSet<long>;

    internal readonly record struct Own(int Number)
    {
        public override int GetHashCode() => 5;
    }
}
