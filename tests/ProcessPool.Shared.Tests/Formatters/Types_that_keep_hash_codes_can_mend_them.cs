using System.Runtime.Serialization;

namespace ProcessPool.Tests.Formatters;

internal sealed class Types_that_keep_hash_codes_can_mend_them
{
    [Test]
    public void By_the_usual_methods_base_first_and_what_an_object_holds_before_it()
    {
        var copy = Wire.RoundTrip(new Outer { Inner = new Key("a"), Text = "t" });
        Assert.That(copy.Log, Is.EqualTo(new[] { "base", "derived", "callback" }));
        Assert.That(copy.SeenInner, Is.True, "what it holds was complete");
        Assert.That(copy.Began, Is.EqualTo("nothing read"));
        Assert.That(copy.Inner.Kept, Is.EqualTo("a".GetHashCode()));
    }

    [Test]
    public void Also_structs_and_keys_of_dictionaries()
    {
        Assert.That(Wire.RoundTrip(new Small { Number = 3 }).Doubled, Is.EqualTo(6));
        var copy = Wire.RoundTrip(new Dictionary<Key, int> { [new Key("x")] = 1 });
        Assert.That(copy[new Key("x")], Is.EqualTo(1));
        Assert.That(copy.Keys.Single().Mended, Is.True, "before its hash code was asked for");
    }

    [Test]
    public void What_they_throw_is_told_with_the_path()
    {
        var error = Assert.Throws<ValueException>(() => Wire.RoundTrip(new List<Angry> { new() }))!;
        Assert.That(error.Message, Does.Contain("Angry").And.Contain("not today").And.Contain("[0]"));
    }

    private sealed class Key(string text)
    {
        private readonly string _text = text;

        [IgnoreDataMember]
        private int _hash = text.GetHashCode();

        public int Kept => _hash;

        [IgnoreDataMember]
        public bool Mended { get; private set; }

        public override int GetHashCode() => _hash;

        public override bool Equals(object? other) => other is Key key && key._text == _text;

        [OnDeserialized]
        private void Mend(StreamingContext context) => (_hash, Mended) = (_text.GetHashCode(), true);
    }

    private class Bottom
    {
        [IgnoreDataMember]
        public List<string>? Log { get; protected set; }

        [OnDeserialized]
        private void Mend(StreamingContext context) => (Log ??= []).Add("base");
    }

    private sealed class Outer : Bottom, IDeserializationCallback
    {
        public required Key Inner { get; init; }

        public required string Text { get; init; }

        [IgnoreDataMember]
        public bool SeenInner { get; private set; }

        [IgnoreDataMember]
        public string? Began { get; private set; }

        public void OnDeserialization(object? sender) => Log!.Add("callback");

        [OnDeserializing]
        private void Begin(StreamingContext context) => Began = Text is null ? "nothing read" : "too late";

        [OnDeserialized]
        private void Mend(StreamingContext context)
        {
            Log!.Add("derived");
            SeenInner = Inner.Mended;
        }
    }

    private struct Small
    {
        public int Number;

        [IgnoreDataMember]
        public int Doubled;

        [OnDeserialized]
        private void Mend(StreamingContext context) => Doubled = 2 * Number;
    }

    private sealed class Angry
    {
        [OnDeserialized]
        private void Mend(StreamingContext context) => throw new InvalidOperationException("not today");
    }
}
