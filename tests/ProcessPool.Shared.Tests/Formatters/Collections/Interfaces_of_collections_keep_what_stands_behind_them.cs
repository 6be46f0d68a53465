using System.Collections;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Collections.ObjectModel;
using ProcessPool.Values;

namespace ProcessPool.Tests.Formatters.Collections;

[TestFixture]
internal sealed class Interfaces_of_collections_keep_what_stands_behind_them
{
    private static readonly int[] Numbers = [3, 1, 2];

    [Test]
    public void Every_known_collection()
    {
        IReadOnlyCollection<int>[] all =
        [
            Numbers, Numbers.ToList(), Numbers.ToHashSet(), new Queue<int>(Numbers), new Stack<int>(Numbers), new LinkedList<int>(Numbers),
            new SortedSet<int>(Numbers), new Collection<int>(Numbers), new Collection<int>([.. Numbers]), new ObservableCollection<int>(Numbers),
            Numbers.AsReadOnly(), new ReadOnlySet<int>(Numbers.ToHashSet()), Numbers.ToImmutableArray(), Numbers.ToImmutableList(),
            Numbers.ToImmutableHashSet(), Numbers.ToImmutableSortedSet(), Numbers.ToFrozenSet(), new ArraySegment<int>(Numbers),
        ];
        foreach (var collection in all)
        {
            Same(collection);
            Same<IEnumerable<int>>(collection);
            if (collection is IList<int> list) Same(list);
            if (collection is ISet<int> set) Same(set);
            if (collection is ICollection<int> writable) Same(writable);
        }

        Same<IEnumerable<char>>("text");
        Same<IEnumerable<string>>(new[] { "a" });
    }

    [Test]
    public void Dictionaries_are_sequences_of_pairs_too()
    {
        Same<IEnumerable<KeyValuePair<string, int>>>(new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase) { ["a"] = 1 });
        Same<IReadOnlyCollection<KeyValuePair<string, int>>>(new SortedList<string, int> { ["a"] = 1 });
        Same<ICollection<KeyValuePair<string, int>>>([new("a", 1)]);
        Same<IDictionary<string, int>>(new OrderedDictionary<string, int> { ["b"] = 1, ["a"] = 2 });
    }

    [Test]
    public void Anything_else_to_read_arrives_as_an_array_and_is_evaluated_once()
    {
        var evaluated = 0;
        IEnumerable<int> Iterator()
        {
            evaluated++;
            yield return 1;
            yield return 2;
        }

        Assert.That(Wire.Read<IEnumerable<int>>(Wire.Write(Iterator())), Is.TypeOf<int[]>().And.EqualTo(new[] { 1, 2 }));
        Assert.That(evaluated, Is.EqualTo(1));
        IReadOnlyList<int> expression = [1, 2];
        Assert.That(Wire.RoundTrip(expression), Is.EqualTo(new[] { 1, 2 }));
        Assert.That(Wire.RoundTrip(Numbers.Where(n => n > 1)), Is.TypeOf<int[]>().And.EqualTo(new[] { 3, 2 }));
        Assert.That(Wire.RoundTrip(Enumerable.Range(0, 10_000)), Is.EqualTo(Enumerable.Range(0, 10_000)));
        Assert.That(Wire.RoundTrip<IReadOnlyCollection<int>>(new Dictionary<int, int> { [7] = 8 }.Keys), Is.TypeOf<int[]>().And.EqualTo(new[] { 7 }));
        Assert.That(Wire.RoundTrip<IReadOnlyCollection<int>>(new Row { 5 }), Is.TypeOf<int[]>());
        Assert.That(Wire.RoundTrip<IEnumerable<object>>(new[] { "a" }), Is.TypeOf<object[]>());
        Assert.That(Wire.RoundTrip((IEnumerable<uint>)(object)Numbers), Is.TypeOf<uint[]>());
        Assert.That(Wire.RoundTrip(new Holder { Lines = Numbers.Select(n => $"{n}") }).Lines, Is.EqualTo(new[] { "3", "1", "2" }));
    }

    [Test]
    public void What_an_iterator_throws_is_named()
    {
        static IEnumerable<int> Fails()
        {
            yield return 1;
            throw new InvalidOperationException("no more");
        }

        var e = Wire.Refusal(new Holder { Lines = Fails().Select(n => $"{n}") });
        Assert.That(e.Message, Does.StartWith("Holder.Lines: ").And.Contain("System.InvalidOperationException: no more"));
        Assert.That(e.InnerException, Is.TypeOf<InvalidOperationException>());
        var cancelled = Numbers.Select<int, int>(_ => throw new OperationCanceledException());
        Assert.That(() => Wire.Write(cancelled), Throws.TypeOf<OperationCanceledException>());
    }

    [Test]
    public void Anything_else_that_can_be_written_to_is_refused()
    {
        Assert.That(Wire.Refusal<IList<int>>(new Row()).Message, Does.StartWith("IList<Int32>: The value is a ").And.Contain("Row, but is declared as"));
        Assert.That(Wire.Refusal<ICollection<int>>(new Dictionary<int, int>().Keys).Problem, Does.Contain("KeyCollection"));
        Assert.That(Wire.Refusal<IList<object>>(new string[1]).Problem, Does.Contain("System.String[]"));
        Assert.That(Wire.Refusal<ISet<int>>(new SortedSet<int> { 1, 2, 3 }.GetViewBetween(1, 2)).Problem, Does.Contain("TreeSubSet"));
        Assert.That(Wire.Refusal(new ReadOnlyCollection<int>(new Row())).Path, Is.EqualTo("ReadOnlyCollection<Int32>"));
        Assert.That(Wire.Refusal(ImmutableArray.CreateBuilder<int>().GetType()).Problem, Does.Contain("Builder"));
    }

    [Test]
    public void The_elements_are_looked_at_as_what_they_are_declared()
    {
        Assert.That(Wire.Refusal<IEnumerable<Animal>>(new List<Dog> { new() }).Problem, Does.Contain("Dog, but is declared as"));
        Assert.That(Wire.Refusal(typeof(IReadOnlyDictionary<string, Stream>)).Path, Is.EqualTo("Stream"));
        Assert.That(Wire.Refusal(new Holder { Animals = new List<Animal?> { null, new Dog() } }).Path, Is.EqualTo("Holder.Animals[1]"));
    }

    [Test]
    public void An_observed_collection_is_refused()
    {
        var observed = new ObservableCollection<int>();
        Same(observed);
        observed.CollectionChanged += (_, _) => { };
        Assert.That(Wire.Refusal(observed).Problem, Does.Contain("subscribers"));
    }

    [Test]
    public void Other_numbers_than_those_of_the_list_are_errors()
    {
        foreach (var number in new byte[] { 3, 4, 0x7F, 0xFF })
            Assert.That(() => Wire.Read<IEnumerable<int>>([0x92, number, 0x90]), Throws.TypeOf<BrokenValueException>(), $"{number}");
        Assert.That(() => Wire.Read<IList<int>>([0x92, 6, 0xC4, 0]), Throws.TypeOf<BrokenValueException>().With.Message.Contains("does not fit the declared type"));
        Assert.That(() => Wire.Read<IList<int>>([0x92, 1, 0xC0]), Throws.TypeOf<BrokenValueException>().With.Message.Contains("found nil"));
        Assert.That(() => Wire.Read<ReadOnlyCollection<int>>([0x91, 0xC0]), Throws.TypeOf<BrokenValueException>());
        Assert.That(() => Wire.Read<IList<int>>([0x91, 1]), Throws.TypeOf<BrokenValueException>());
    }

    [Test]
    public void Shells_around_shells_have_an_end()
    {
        IList<int> list = [];
        for (var i = 0; i < 600; i++) list = new ReadOnlyCollection<int>(list);
        Assert.That(Wire.Refusal(list).Problem, Does.Contain("too deeply"));
        var bytes = Enumerable.Repeat(new byte[] { 0x92, 9, 0x91 }, 100_000).SelectMany(part => part).ToArray();
        Assert.That(() => Wire.Read<IList<int>>(bytes), Throws.TypeOf<BrokenValueException>().With.Message.Contains("500"));
    }

    private static void Same<T>(T value)
        where T : IEnumerable => Assert.That(Exactly.Same(Wire.RoundTrip(value), value), Is.True, $"{typeof(T)} {value.GetType()}");

    internal sealed class Row : List<int>;

    internal class Animal;

    internal sealed class Dog : Animal;

    internal sealed class Holder
    {
        public IEnumerable<string>? Lines { get; init; }
        public ICollection<Animal?>? Animals { get; init; }
    }
}
