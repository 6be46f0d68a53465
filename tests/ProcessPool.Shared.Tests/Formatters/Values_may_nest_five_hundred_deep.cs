using MessagePack;
using Microsoft.FSharp.Collections;
using ProcessPool.Frames;
using ProcessPool.Values;

namespace ProcessPool.Tests.Formatters;

[TestFixture]
[CancelAfter(60_000)]
internal sealed class Values_may_nest_five_hundred_deep
{
    /// <summary>In bytes. Too small for 500 levels.</summary>
    private const int SmallStack = 256 * 1024;

    [TestCase(1, SmallStack)]
    [TestCase(47, SmallStack)]
    [TestCase(48, SmallStack)]
    [TestCase(49, SmallStack)]
    [TestCase(200_000, SmallStack)]
    public void Chains_of_objects_may_be_of_any_length_on_any_stack(int length, int stack)
    {
        var copied = 0;
        var thread = new Thread(() =>
        {
            for (var link = Wire.RoundTrip(Chain(length)); link is not null; link = link.Next) Assert.That(link.Number, Is.EqualTo(length - copied++));
        }, stack);
        thread.Start();
        thread.Join();

        Assert.That(copied, Is.EqualTo(length));
    }

    [Test]
    public void Trees_and_chains_of_known_types_go_on_behind_the_value_too()
    {
        var tree = new Node { Name = "0" };
        var deepest = tree;
        for (var i = 1; i < 1_000; i++)
        {
            var child = new Node { Name = $"{i}", Parent = deepest };
            deepest.Children.AddRange([new Leaf { Name = "leaf", Parent = deepest }, child]);
            deepest = child;
        }

        var copy = Wire.RoundTrip(tree);

        var count = 1;
        for (; copy.Children.Count > 0; copy = (Node)copy.Children[1], count++)
        {
            Assert.That(copy.Children, Has.All.Property("Parent").SameAs(copy));
            Assert.That(copy.Children[0], Is.TypeOf<Leaf>().With.Property("Name").EqualTo("leaf"));
        }

        Assert.That((count, copy.Name), Is.EqualTo((1_000, "999")));
    }

    [Test]
    public void Large_blocks_stay_where_they_belong()
    {
        // Blocks of this size are not copied. The start of the value is moved behind them.
        Picture? first = null;
        for (var i = 0; i < 200; i++) first = new Picture { Pixels = [i, .. new int[10_000]], Next = first };

        var copy = Wire.RoundTrip(((int[])[-1, .. new int[10_000]], first)).Item2;

        for (var i = 200; i > 0; copy = copy.Next) Assert.That((copy!.Pixels.Length, copy.Pixels[0]), Is.EqualTo((10_001, --i)));
    }

    [Test]
    public void What_a_function_has_captured_goes_on_behind_it()
    {
        var chain = Chain(1_000);
        var same = chain;
        Func<int, (int, bool)> function = depth =>
        {
            var link = chain;
            for (var i = 0; i < depth; i++) link = link!.Next;
            return (link!.Number, ReferenceEquals(chain, same));
        };

        Assert.That(Functions.Samples.Copy(function)(999), Is.EqualTo((1, true)));
    }

    [Test]
    public void Collections_within_each_other_may_not_nest_deeper()
    {
        foreach (var resolver in Wire.Both)
        {
            var e = Assert.Throws<ValueException>(() => Wire.Write(Nested(ValueContext.MaximumDepth + 1), resolver))!;
            Assert.That(e.Problem, Does.Contain("nested too deeply"));
            Assert.That(e.Path, Does.StartWith("List<Object>[0][0]").And.Contain("…").And.EndWith("[0]"));
            Assert.That(e.Path, Has.Length.LessThan(500));
        }
    }

    [Test]
    public void A_list_of_FSharp_is_as_long_as_it_likes_on_any_stack()
    {
        var list = ListModule.OfSeq(Enumerable.Range(0, 1_000_000).Select(static i => $"{i}"));
        FSharpList<string>? copy = null;
        var thread = new Thread(() => copy = Wire.Read<FSharpList<string>>(Wire.Write(list)), SmallStack);
        thread.Start();
        thread.Join();

        Assert.That(copy!.SequenceEqual(list));
    }

    [Test]
    public void The_reader_has_the_same_limit()
    {
        var bytes = new byte[(2 * ValueContext.MaximumDepth) + 4];
        Array.Fill(bytes, (byte)0x92);
        bytes[^1] = 0xC0;
        for (var i = 1; i < bytes.Length; i += 2) bytes[i] = 1;

        Assert.That(() => Wire.Read<Link>(bytes), Throws.TypeOf<BrokenValueException>().With.Message.Contains("500"));
    }

    [Test]
    public void A_thread_with_a_small_stack_gets_an_error_and_the_process_lives()
    {
        Exception? thrown = null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    Wire.Write(Nested(ValueContext.MaximumDepth));
                }
                catch (ValueException e)
                {
                    thrown = e;
                }
            },
            SmallStack);
        thread.Start();
        thread.Join();

        Assert.That(thrown, Is.Null.Or.Message.Contains("nested too deeply"));
    }

    [Test]
    public void After_an_error_the_writer_can_go_on()
    {
        var message = new FrameBuffer();
        var writer = new MessagePackWriter(message);
        writer.Write(1);
        writer.Flush();
        var mark = message.MarkWith(ref writer);
        var refused = Assert.Throws<ValueException>(() => Write(message, Nested(600)))!;
        message.Rewind(mark);
        writer = new MessagePackWriter(message);
        writer.Write(2);
        writer.Flush();

        Assert.That(refused.Message, Does.Contain("nested too deeply"));
        Assert.That(message.ToArray(), Is.EqualTo(new byte[] { 1, 2 }));
        Assert.That(message.Depth, Is.Zero);
    }

    private static void Write(FrameBuffer message, List<object> value)
    {
        var writer = new MessagePackWriter(message);
        Wire.Compiled.Get<List<object>>().Write(ref writer, value, message.ContextOf(Wire.Compiled));
    }

    private static Link? Chain(int length)
    {
        Link? link = null;
        for (var i = 1; i <= length; i++) link = new Link { Next = link, Number = i };
        return link;
    }

    private static List<object> Nested(int depth)
    {
        List<object> list = [];
        for (var i = 1; i < depth; i++) list = [list];
        return list;
    }

    internal sealed class Link
    {
        public int Number { get; set; }

        public Link? Next { get; set; }
    }

    internal sealed class Picture
    {
        public required int[] Pixels { get; init; }

        public Picture? Next { get; init; }
    }

    [System.Runtime.Serialization.KnownType(typeof(Leaf))]
    internal class Node
    {
        public string Name { get; set; } = "";

        public Node? Parent { get; set; }

        public List<Node> Children { get; } = [];
    }

    internal sealed class Leaf : Node;
}
