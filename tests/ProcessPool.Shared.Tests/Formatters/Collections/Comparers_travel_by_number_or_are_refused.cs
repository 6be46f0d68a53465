using System.Collections;
using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using ProcessPool.Values;

namespace ProcessPool.Tests.Formatters.Collections;

[TestFixture]
internal sealed class Comparers_travel_by_number_or_are_refused
{
    private static readonly StringComparer[] Known =
    [
        StringComparer.Ordinal, StringComparer.OrdinalIgnoreCase, StringComparer.InvariantCulture, StringComparer.InvariantCultureIgnoreCase,
    ];

    private static readonly Dictionary<string, int> Pairs = new() { ["b"] = 1, ["A"] = 2, ["c"] = 3 };

    [TestCaseSource(nameof(Known))]
    public void The_known_ones_of_text(StringComparer comparer)
    {
        Has(comparer, new SortedSet<string>(Pairs.Keys, comparer), set => set.Comparer);
        Has(comparer, new SortedDictionary<string, int>(Pairs, comparer), map => map.Comparer);
        Has(comparer, new SortedList<string, int>(Pairs, comparer), map => map.Comparer);
        Has(comparer, new OrderedDictionary<string, int>(Pairs, comparer), map => map.Comparer);
        Has(comparer, new ConcurrentDictionary<string, int>(Pairs, comparer), map => map.Comparer);
        Has(comparer, Pairs.Keys.ToImmutableHashSet(comparer), set => set.KeyComparer);
        Has(comparer, Pairs.Keys.ToImmutableSortedSet(comparer), set => set.KeyComparer);
        Has(comparer, Pairs.ToImmutableDictionary(comparer), map => map.KeyComparer);
        Has(comparer, Pairs.ToImmutableSortedDictionary(comparer), map => map.KeyComparer);
        Has(comparer, Pairs.Keys.ToFrozenSet(comparer), set => set.Comparer);
        Has(comparer, Pairs.ToFrozenDictionary(comparer), map => map.Comparer);
        Has(comparer, new Hashtable(Pairs, comparer), _ => comparer);
        Assert.That(Wire.RoundTrip(new Hashtable(comparer) { ["A"] = 1 }).ContainsKey("a"), Is.EqualTo(comparer.Equals("A", "a")));
        var queue = Wire.RoundTrip(new PriorityQueue<int, string>([(1, "b"), (2, "A")], comparer));
        Assert.That((queue.Comparer, queue.Dequeue()), Is.EqualTo(((IComparer<string>)comparer, 2)));
    }

    [Test]
    public void Values_have_a_comparer_of_their_own_in_immutable_dictionaries()
    {
        var texts = new Dictionary<int, string> { [1] = "a" };
        Has(StringComparer.OrdinalIgnoreCase, texts.ToImmutableDictionary((IEqualityComparer<int>?)null, StringComparer.OrdinalIgnoreCase), map => map.ValueComparer);
        Has(StringComparer.OrdinalIgnoreCase, texts.ToImmutableSortedDictionary((IComparer<int>?)null, StringComparer.OrdinalIgnoreCase), map => map.ValueComparer);
        var byLength = texts.ToImmutableDictionary((IEqualityComparer<int>?)null, new ByLength());
        Assert.That(Wire.Refusal(byLength).Problem, Does.Contain("ByLength"));
    }

    [Test]
    public void Lookups_keep_theirs()
    {
        string[] texts = ["b", "A", "B", "a"];
        var lookup = Wire.RoundTrip(texts.ToLookup(text => text, StringComparer.OrdinalIgnoreCase));

        Assert.That(lookup.Select(group => group.Key), Is.EqualTo(new[] { "b", "A" }));
        Assert.That(lookup["a"], Is.EqualTo(new[] { "A", "a" }));
        Assert.That(lookup["missing"], Is.Empty);
        Assert.That(Wire.RoundTrip(texts.ToLookup(_ => (string?)null)).Single().Key, Is.Null);
        Assert.That(Wire.Refusal(texts.ToLookup(text => text, new ByLength())).Problem, Does.Contain("ByLength"));
    }

    [Test]
    public void Those_that_nobody_else_knows_are_refused_by_name()
    {
        var german = StringComparer.Create(CultureInfo.GetCultureInfo("de-DE"), ignoreCase: true);
        var backwards = Comparer<int>.Create((x, y) => y.CompareTo(x));
        foreach (var refusal in new[]
        {
            Wire.Refusal(new SortedSet<string>(german)),
            Wire.Refusal(new SortedDictionary<int, int>(backwards)),
            Wire.Refusal(new SortedList<int, int>(backwards)),
            Wire.Refusal(new PriorityQueue<int, int>(backwards)),
            Wire.Refusal(new ConcurrentDictionary<string, int>(german)),
            Wire.Refusal(new OrderedDictionary<string, int>(new ByLength())),
            Wire.Refusal(Pairs.Keys.ToFrozenSet(german)),
            Wire.Refusal(Pairs.ToFrozenDictionary(german)),
            Wire.Refusal(Pairs.Keys.ToImmutableSortedSet(german)),
            Wire.Refusal(new Hashtable(german)),
        })
        {
            Assert.That(refusal.Problem, Does.StartWith("Its comparer, "));
        }
    }

    [Test]
    public void Numbers_out_of_the_list_and_of_text_for_other_keys_are_errors()
    {
        Assert.That(() => Wire.Read<SortedSet<string>>([0x92, 5, 0x90]), Throws.TypeOf<BrokenValueException>());
        Assert.That(() => Wire.Read<SortedSet<int>>([0x92, 1, 0xC4, 0]), Throws.TypeOf<BrokenValueException>());
        Assert.That(() => Wire.Read<ConcurrentDictionary<int, int>>([0x92, 1, 0x80]), Throws.TypeOf<BrokenValueException>());
    }

    private static void Has<T>(StringComparer comparer, T collection, Func<T, object> comparerOf)
        where T : IEnumerable
    {
        var copy = Wire.Read<T>(Wire.Write(collection));

        Assert.That(comparerOf(copy), Is.EqualTo(comparer));
        Assert.That(Exactly.Same(copy, collection), Is.True);
    }

    private sealed class ByLength : IEqualityComparer<string>
    {
        public bool Equals(string? x, string? y) => x?.Length == y?.Length;

        public int GetHashCode(string obj) => obj.Length;
    }
}
