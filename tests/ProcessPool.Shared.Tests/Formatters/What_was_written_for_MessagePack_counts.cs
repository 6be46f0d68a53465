using MessagePack;
using ProcessPool.Values;

namespace ProcessPool.Tests.Formatters;

[TestFixture]
public sealed partial class What_was_written_for_MessagePack_counts
{
    [Test]
    public void Objects_with_keys_travel_as_the_library_writes_them()
    {
        var sample = new Keyed { Id = 5, Name = "name", Numbers = [1, 2], Ignored = 9 };
        var bytes = Wire.Write(sample);
        Assert.That(Convert.ToHexString(bytes), Is.EqualTo("93" + "05" + "A46E616D65" + "C40801000000" + "02000000"));
        var copy = Wire.Read<Keyed>(bytes);
        Assert.That((copy.Id, copy.Name, copy.Numbers, copy.Ignored), Is.EqualTo((5, "name", new[] { 1, 2 }, 0)));
        Assert.That(Wire.RoundTrip<Keyed?>(null), Is.Null);
        Assert.That(Wire.RoundTrip(new List<Keyed> { sample })[0].Name, Is.EqualTo("name"));
        Assert.That(Wire.RoundTrip(new Mapped { Text = "t" }).Text, Is.EqualTo("t"));
        Assert.That(Wire.Write(new Mapped { Text = "t" })[0], Is.EqualTo(MessagePackCode.MinFixMap + 1));
        Assert.That(Wire.RoundTrip(new Pair(1, 2)), Is.EqualTo(new Pair(1, 2)));
        Assert.That(Wire.RoundTrip(new Hidden { Number = 3 }).Number, Is.EqualTo(3));
    }

    [Test]
    public void What_lies_in_them_travels_as_it_does_elsewhere()
    {
        var words = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase) { ["a"] = 1 };
        var copy = Wire.RoundTrip(new Holder { Words = words, Handle = new Handle("h") });
        Assert.That(copy.Words!["A"], Is.EqualTo(1));
        Assert.That(copy.Handle!.Path, Is.EqualTo("h"));
    }

    [Test]
    public void Objects_of_derived_classes_are_refused_unless_a_union_lists_them()
    {
        Assert.That(Wire.Refusal<Keyed>(new MoreKeyed()).Message, Does.Contain("MoreKeyed"));
        Assert.That(Wire.RoundTrip<IShape>(new Circle { Radius = 2 }), Is.TypeOf<Circle>().With.Property("Radius").EqualTo(2));
        Assert.That(Wire.RoundTrip<Animal>(new Dog { Name = "Rex" }).Name, Is.EqualTo("Rex"));
    }

    [Test]
    public void A_type_whose_keys_are_not_complete_is_refused_by_name() =>
        Assert.That(Wire.Refusal(typeof(List<Incomplete>)).Message, Does.Contain("Incomplete").And.Contain("Key"));

    [Test]
    public void A_member_to_be_ignored_is_left_out_of_any_type()
    {
        var copy = Wire.RoundTrip(new WithIgnored { Kept = 1, Property = 2, Stream = Stream.Null });
        Assert.That((copy.Kept, copy.Property, copy.Stream), Is.EqualTo((1, 0, (Stream?)null)));
    }

    [Test]
    public void Formatters_that_types_name_or_pools_register()
    {
        Assert.That(Wire.RoundTrip(new Handle("path")).Path, Is.EqualTo("path"));
        Assert.That(Wire.Read<Labelled>(Wire.Write(new Labelled("x"))).Text, Is.EqualTo("given: x"), "the attribute's arguments are the constructor's");
        var resolver = With(typeof(UriFormatter), typeof(BoxFormatter<>));
        Assert.That(Wire.Read<Uri>(Wire.Write(new Uri("http://a/"), resolver), resolver).OriginalString, Is.EqualTo("http://a/#read"));
        Assert.That(Wire.Read<Box<int>>(Wire.Write(new Box<int>(7), resolver), resolver), Is.EqualTo(new Box<int>(7)));
        Assert.That(() => new UserFormatters([typeof(IntFormatter)]), Throws.ArgumentException.With.Message.Contains("whose built-in format cannot be replaced"));
        Assert.That(() => new UserFormatters([typeof(UriFormatter), typeof(OtherUriFormatter)]), Throws.ArgumentException.With.Message.Contains("both format"));
    }

    [Test]
    public void Resolvers_that_pools_register()
    {
        foreach (var type in new[] { typeof(SharedResolver), typeof(NewResolver) })
        {
            var resolver = With(type);
            Assert.That(Wire.Read<Uri>(Wire.Write(new Uri("http://a/"), resolver), resolver).OriginalString, Is.EqualTo("http://a/#read"));
            Assert.That(Wire.Read<string>(Wire.Write("text", resolver), resolver), Is.EqualTo("text"));
        }

        Assert.That(() => new UserFormatters([typeof(NoResolver)]), Throws.ArgumentException.With.Message.Contains("Instance"));
        Assert.That(() => With(typeof(ThrowingResolver)).Get(typeof(Box<int>)), Throws.TypeOf<ValueException>().With.Message.Contains("no luck"));

        // One that has something for nearly everything is not asked for what has a form of its own here, and for what only this library can send.
        var greedy = With(typeof(GreedyResolver));
        Assert.That(Wire.Read<int[]>(Wire.Write<int[]>([1, 2, 3], greedy), greedy), Is.EqualTo(new[] { 1, 2, 3 }));
        Assert.That(Wire.Read<Keyed>(Wire.Write(new Keyed { Name = "\ud83d\ude00" }, greedy), greedy).Name, Is.EqualTo("\ud83d\ude00"));
    }

    [Test]
    public void Registered_before_named_and_formatters_before_resolvers()
    {
        var resolver = With(typeof(HandleByNumber));
        Assert.That(Wire.Write(new Handle("path"), resolver), Is.EqualTo(new byte[] { 4 }));
        var both = With(typeof(SharedResolver), typeof(OtherUriFormatter));
        Assert.That(Wire.Write(new Uri("http://a/"), both), Is.EqualTo(new byte[] { 1 }));
    }

    [Test]
    public void Large_blocks_within_them_are_copied_into_whatever_they_write_to()
    {
        var numbers = new int[100_000];
        numbers[^1] = 5;
        foreach (var value in new[] { new Blob("writer", numbers), new Blob("serializer", numbers), new Blob("second writer", numbers) })
        {
            var message = Wire.Message((ref MessagePackWriter w, ValueContext c) =>
            {
                w.Write(1);
                Wire.Compiled.Get<Blob>().Write(ref w, value, c);
                Wire.Compiled.Get<int[]>().Write(ref w, numbers, c);
            });
            var bytes = message.ToArray();
            Assert.That(message.IsContiguous, Is.False, "behind it blocks are referred to again");
            var reader = new MessagePackReader(bytes);
            Assert.That(reader.ReadInt32(), Is.EqualTo(1));
            Assert.That(Wire.Compiled.Get<Blob>().Read(ref reader, Wire.Compiled.FromWorker).Numbers, Is.EqualTo(numbers), value.How);
            Assert.That(Wire.Compiled.Get<int[]>().Read(ref reader, Wire.Compiled.FromWorker), Is.EqualTo(numbers));
            Assert.That(reader.End, Is.True);
        }
    }

    [Test]
    public void Options_that_they_change_still_know_the_message()
    {
        var resolver = With(typeof(WithOtherOptions));
        var value = new Box<string[]>(["a", "b"]);
        Assert.That(Wire.Read<Box<string[]>>(Wire.Write(value, resolver), resolver).Content, Is.EqualTo(value.Content));
    }

    [TestCase(0, "did not write exactly one value")]
    [TestCase(2, "did not write exactly one value")]
    [TestCase(-1, "did not write exactly one value")]
    public void One_that_does_not_write_one_value_is_refused(int values, string message) =>
        Assert.That(Wire.Refusal(new Box<Odd>(new Odd(values, 1))).Message, Does.StartWith("Box<Odd>.Content: ").And.Contains(message));

    [TestCase(0, "less than the value")]
    [TestCase(2, "more than the value")]
    public void One_that_does_not_read_its_value_spoils_no_other(int values, string message)
    {
        byte[] bytes = [.. Wire.Write(new Odd(1, values)), .. Wire.Write(42)];
        var reader = new MessagePackReader(bytes);
        try
        {
            Wire.Compiled.Get<Odd>().Read(ref reader, Wire.Compiled.FromWorker);
            Assert.Fail("It was read.");
        }
        catch (ValueException e)
        {
            Assert.That(e.Message, Does.Contain(message));
        }
    }

    [Test]
    public void What_they_throw_comes_as_itself_with_its_path()
    {
        var refused = Wire.Refusal(new Box<Faulty>(new Faulty(false)));
        Assert.That(refused.Message, Does.StartWith("Box<Faulty>.Content: ").And.Contains("InvalidOperationException: no luck"));
        Assert.That(refused.InnerException, Is.TypeOf<InvalidOperationException>());
        Assert.That(Wire.Refusal(new Box<Faulty>(new Faulty(true))).InnerException, Is.TypeOf<InvalidOperationException>(), "though the library has wrapped it");
        Assert.That(() => Wire.Read<Box<Faulty>>([0x91, 1]), Throws.TypeOf<ValueException>().With.InnerException.TypeOf<InvalidOperationException>());
        Assert.That(() => Wire.Write(new Hungry()), Throws.TypeOf<OutOfMemoryException>());
        Assert.That(() => Wire.Read<Hungry>([1]), Throws.TypeOf<OutOfMemoryException>());
        Assert.That(() => Wire.Read<List<Keyed>>([0x91, 0x93, 0xC2, 0xC0, 0xC0]), Throws.TypeOf<BrokenValueException>().With.Message.StartsWith("List<Keyed>[0]"));
    }

    [Test]
    public void Values_within_them_may_nest_no_deeper_than_elsewhere()
    {
        Node? chain = null;
        for (var i = 0; i < 1000; i++) chain = new Node { Next = chain };
        Assert.That(Wire.Refusal(chain).Message, Does.Contain("nested too deeply"));
        var deep = new byte[5000];
        Array.Fill(deep, (byte)0x91);
        deep[^1] = MessagePackCode.Nil;
        Assert.That(() => Wire.Read<Node>(deep), Throws.TypeOf<BrokenValueException>().With.Message.Contains("500"));
    }

    private static ValueResolver With(params Type[] types) => new(users: new UserFormatters(types));
}
