using MessagePack;
using Microsoft.FSharp.Collections;
using ProcessPool.Frames;
using ProcessPool.Values;

namespace ProcessPool.Tests.Formatters;

[TestFixture]
[CancelAfter(60_000)]
internal sealed class Values_may_nest_five_hundred_deep
{
    [Test]
    public void A_chain_at_the_limit_travels()
    {
        var copy = Wire.RoundTrip(Chain(ValueContext.MaximumDepth));

        var length = 0;
        for (var link = copy; link is not null; link = link.Next) length++;
        Assert.That(length, Is.EqualTo(ValueContext.MaximumDepth));
    }

    [Test]
    public void One_more_is_refused_and_so_is_a_cycle()
    {
        var cycle = new Link();
        cycle.Next = cycle;
        foreach (var value in new[] { Chain(ValueContext.MaximumDepth + 1), cycle })
        {
            foreach (var resolver in Wire.Both)
            {
                var e = Assert.Throws<ValueException>(() => Wire.Write(value, resolver))!;
                Assert.That(e.Problem, Does.Contain("nested too deeply").And.Contain("Link is part of a cycle"));
                Assert.That(e.Path, Does.StartWith("Link.Next.Next.").And.Contain("…").And.EndWith(".Next"));
                Assert.That(e.Path, Has.Length.LessThan(500));
            }
        }
    }

    [Test]
    public void A_list_of_FSharp_is_as_long_as_it_likes_on_any_stack()
    {
        var list = ListModule.OfSeq(Enumerable.Range(0, 1_000_000).Select(static i => $"{i}"));
        FSharpList<string>? copy = null;
        var thread = new Thread(() => copy = Wire.Read<FSharpList<string>>(Wire.Write(list)), maxStackSize: 192 * 1024);
        thread.Start();
        thread.Join();

        Assert.That(copy!.SequenceEqual(list));
    }

    [Test]
    public void A_cycle_through_lists_is_refused()
    {
        var node = new Node();
        node.Children.Add(node);

        Assert.That(Wire.Refusal(node).Path, Does.StartWith("Node.Children[0].Children[0]."));
    }

    [Test]
    public void The_reader_has_the_same_limit()
    {
        var bytes = new byte[ValueContext.MaximumDepth + 2];
        Array.Fill(bytes, (byte)0x91);
        bytes[^1] = 0xC0;

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
                    Wire.Write(Chain(ValueContext.MaximumDepth));
                }
                catch (ValueException e)
                {
                    thrown = e;
                }
            },
            192 * 1024);
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
        var refused = Assert.Throws<ValueException>(() => Write(message, Chain(600)!))!;
        message.Rewind(mark);
        writer = new MessagePackWriter(message);
        writer.Write(2);
        writer.Flush();

        Assert.That(refused.Message, Does.Contain("nested too deeply"));
        Assert.That(message.ToArray(), Is.EqualTo(new byte[] { 1, 2 }));
        Assert.That(message.Depth, Is.Zero);
    }

    private static void Write(FrameBuffer message, Link link)
    {
        var writer = new MessagePackWriter(message);
        Wire.Compiled.Get<Link>().Serialize(ref writer, link, message.ContextOf(Wire.Compiled));
    }

    private static Link? Chain(int length)
    {
        Link? link = null;
        for (var i = 0; i < length; i++) link = new Link { Next = link };
        return link;
    }

    internal sealed class Link
    {
        public Link? Next { get; set; }
    }

    internal sealed class Node
    {
        public List<Node> Children { get; } = [];
    }
}
