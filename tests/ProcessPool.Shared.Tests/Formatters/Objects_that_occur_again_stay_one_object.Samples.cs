using System.Collections.Immutable;
using System.Runtime.Serialization;
using MessagePack;
using MessagePack.Formatters;

namespace ProcessPool.Tests.Formatters;

internal sealed partial class Objects_that_occur_again_stay_one_object
{
    internal sealed class Person
    {
        public string Name { get; init; } = "";

        public Person? Friend { get; init; }

        public Person? Other { get; init; }
    }

    internal sealed class Declared
    {
        public IReadOnlyList<int>? Interface;
        public List<int>? List;
        public object? Any;
        public IEnumerable<int>? Sequence;
    }

    internal sealed record Equal(int Number);

    internal sealed class Pair
    {
        public Pair? First;
        public Pair? Second;
    }

    internal sealed class Mixed
    {
        public List<int>? List;
        public Person? Person;
    }

    internal sealed class Order
    {
        public int Id { get; init; }

        public List<Line> Lines { get; } = [];

        public Dictionary<string, Line> ByText { get; set; } = [];
    }

    internal sealed class Line
    {
        public required Order Order { get; init; }

        public required string Text { get; init; }
    }

    internal sealed class Key
    {
        public readonly Dictionary<Key, string> Map = [];
        public readonly HashSet<Key> Set = [];
        public readonly KeyMap Mine = [];
        public int Number;

        public override bool Equals(object? obj) => obj is Key other && other.Number == Number;

        public override int GetHashCode() => Number;
    }

    internal sealed class KeyMap : Dictionary<Key, string>;

    internal sealed class Called
    {
        public static readonly List<string> Seen = [];

        public string? Name;
        public Called? Child;
        public Called? Parent;
        public string? Late;

        [OnDeserialized]
        private void Complete(StreamingContext context) => Seen.Add(Parent is null ? $"{Name}" : $"{Name} of {Parent.Name}, {Parent.Late}");
    }

    [MessagePackFormatter(typeof(SkippingFormatter))]
    internal sealed class Skipping
    {
        public required Person[] New { get; init; }
    }

    /// <summary>Writes something that it does not read.</summary>
    internal sealed class SkippingFormatter : IMessagePackFormatter<Skipping?>
    {
        public void Serialize(ref MessagePackWriter writer, Skipping? value, MessagePackSerializerOptions options)
        {
            writer.WriteArrayHeader(2);
            options.Resolver.GetFormatterWithVerify<Person[]>().Serialize(ref writer, [new Person(), new Person()], options);
            options.Resolver.GetFormatterWithVerify<Person[]>().Serialize(ref writer, value!.New, options);
        }

        public Skipping Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options)
        {
            reader.ReadArrayHeader();
            reader.Skip();
            return new() { New = options.Resolver.GetFormatterWithVerify<Person[]>().Deserialize(ref reader, options) };
        }
    }

    internal sealed class Member
    {
        public Member[]? Array { get; init; }

        public List<Member>? List { get; init; }
    }

    internal sealed class Document
    {
        public Page? Page;
        public Mark Mark;
        public string Title = "";
    }

    [ValueFormatter(typeof(PageFormatter))]
    internal sealed class Page
    {
        public Document? Document;
        public string Seen = "";
    }

    [ValueFormatter(typeof(MarkFormatter))]
    internal struct Mark
    {
        public Document? Document;
    }

    internal sealed class PageFormatter : IValueFormatter<Page, Tuple<Document?>>
    {
        public Tuple<Document?> ToData(Page value) => new(value.Document);

        public Page FromData(Tuple<Document?> data) => new() { Document = data.Item1, Seen = data.Item1?.Title ?? "" };
    }

    internal sealed class MarkFormatter : IValueFormatter<Mark, Tuple<Document?>>
    {
        public Tuple<Document?> ToData(Mark value) => new(value.Document);

        public Mark FromData(Tuple<Document?> data) => new() { Document = data.Item1 };
    }

    internal sealed class Hashed
    {
        public ImmutableHashSet<Hashed>? Set;
    }

    internal sealed class Own
    {
        public Queue<Own>? Back;
    }

    internal sealed class Rooted
    {
        public Queue<Own>? Queue;
    }
}
