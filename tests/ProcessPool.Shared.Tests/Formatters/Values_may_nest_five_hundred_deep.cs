using ProcessPool.MessagePack;

namespace ProcessPool.Tests.Formatters;

[TestFixture]
[CancelAfter(60_000)]
internal sealed class Values_may_nest_five_hundred_deep
{
    [Test]
    public void A_chain_at_the_limit_travels()
    {
        var copy = Wire.RoundTrip(Chain(DepthLimit.Maximum));

        var length = 0;
        for (var link = copy; link is not null; link = link.Next) length++;
        Assert.That(length, Is.EqualTo(DepthLimit.Maximum));
    }

    [Test]
    public void One_more_is_refused_and_so_is_a_cycle()
    {
        var cycle = new Link();
        cycle.Next = cycle;
        foreach (var value in new[] { Chain(DepthLimit.Maximum + 1), cycle })
        {
            foreach (var resolver in Wire.Both)
            {
                var e = Assert.Throws<ValueException>(() => Wire.Write(value, resolver))!;
                Assert.That(e.Problem, Does.Contain("nest too deeply").And.Contain("Link is part of a cycle"));
                Assert.That(e.Path, Does.StartWith("Link.Next.Next.").And.Contain("…").And.EndWith(".Next"));
                Assert.That(e.Path, Has.Length.LessThan(500));
            }
        }
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
        var bytes = new byte[DepthLimit.Maximum + 2];
        Array.Fill(bytes, (byte)0x91);
        bytes[^1] = 0xC0;

        Assert.That(() => Wire.Read<Link>(bytes), Throws.TypeOf<MessagePackException>().With.Message.Contains("500"));
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
                    Wire.Write(Chain(DepthLimit.Maximum));
                }
                catch (ValueException e)
                {
                    thrown = e;
                }
            },
            192 * 1024);
        thread.Start();
        thread.Join();

        Assert.That(thrown, Is.Null.Or.Message.Contains("nest too deeply"));
    }

    [Test]
    public void After_an_error_the_writer_can_go_on()
    {
        var writer = new MessagePackWriter();
        writer.Write(1);
        var mark = writer.GetMark();
        Assert.That(() => ProcessPool.MessagePack.Formatters.Get<Link>().Write(writer, Chain(600)!), Throws.TypeOf<ValueException>());
        writer.Rewind(mark);
        writer.Write(2);

        Assert.That(writer.ToArray(), Is.EqualTo(new byte[] { 1, 2 }));
        Assert.That(writer.Depth, Is.Zero);
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
