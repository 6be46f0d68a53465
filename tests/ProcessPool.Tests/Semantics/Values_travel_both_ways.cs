namespace ProcessPool.Tests.Semantics;

internal sealed class Values_travel_both_ways : PoolTests
{
    [Test]
    public void Records_and_what_they_hold()
    {
        var orders = new[] { new Order(1, "Ada", [new Line("tea", 2.5m), new Line("milk", 1.1m)]), new Order(2, null, []) };
        var totals = Pool.Map(order => (order.Number, Total: order.Lines.Sum(line => line.Price)), orders);
        Assert.That(totals, Is.EqualTo(new[] { (1, 3.6m), (2, 0m) }));
        var copies = Pool.Map(order => order with { Number = order.Number * 10 }, orders);
        Assert.That(copies.Select(order => (order.Number, order.Customer)), Is.EqualTo(new[] { (10, "Ada"), (20, (string?)null) }));
        Assert.That(copies[0].Lines, Is.EqualTo(orders[0].Lines));
    }

    [Test]
    public void Generic_classes_with_private_fields()
    {
        var boxes = Pool.Map(text => new Box<Box<string>>(new Box<string>(text)), ["a", "b"]);
        Assert.That(boxes.Select(box => box.Content.Content), Is.EqualTo(new[] { "a", "b" }));
        Assert.That(Pool.Map(box => box.Content.Content, boxes), Is.EqualTo(new[] { "a", "b" }));
    }

    [Test]
    public void Arrays_of_unmanaged_structs()
    {
        var images = Pool.Map(
            size => Enumerable.Range(0, size).Select(i => new Pixel { Red = (byte)i, Green = 7, Depth = (short)-i }).ToArray(),
            [0, 1, 100_000]);
        Assert.That(images.Select(image => image.Length), Is.EqualTo(new[] { 0, 1, 100_000 }));
        Assert.That(images[2][70_000].Red, Is.EqualTo(70_000 & 255));
        Assert.That(Pool.Map(image => image.Sum(pixel => (long)pixel.Green), images), Is.EqualTo(new[] { 0L, 7L, 700_000L }));
    }

    [Test]
    public void Lists_dictionaries_and_nulls_within_them()
    {
        var lists = Pool.Map(x => new List<string?> { $"{x}", null }, [1, 2]);
        Assert.That(lists, Is.EqualTo(new[] { new List<string?> { "1", null }, ["2", null] }));
        var dictionaries = Pool.Map(x => new Dictionary<string, int[]?> { ["a"] = [x], ["b"] = null }, [1]);
        Assert.That(dictionaries[0], Is.EqualTo(new Dictionary<string, int[]?> { ["a"] = [1], ["b"] = null }));
    }

    [Test]
    public void Collections_of_every_kind_and_what_is_declared_as_less_than_it_is()
    {
        var sums = Pool.Map(
            (IReadOnlyList<int> numbers) => new Stack<object>([numbers.Sum(), numbers.GetType().Name]),
            [new[] { 1, 2 }, new List<int> { 3 }, System.Collections.Immutable.ImmutableArray.Create(4)]);
        Assert.That(sums.SelectMany(sum => sum), Is.EqualTo(new object[] { "Int32[]", 3, "List`1", 3, "ImmutableArray`1", 4 }));
        var grids = Pool.Map(grid => { grid[1, 0] *= 10; return grid; }, [new[,] { { 1 }, { 2 } }]);
        Assert.That(grids[0], Is.EqualTo(new[,] { { 1 }, { 20 } }));
        Assert.That(Pool.Map(n => Enumerable.Range(0, n).Where(i => i % 2 == 1), [5])[0], Is.EqualTo(new[] { 1, 3 }));
    }

    [Test]
    public void Text_that_is_not_quite_Unicode()
    {
        string?[] texts = ["a\uD800b", "\uDC00", "\uD83D\uDE00", "", null, "\0"];
        Assert.That(Pool.Map(text => text, texts), Is.EqualTo(texts));
        Assert.That(Pool.Map(text => text?.Length, texts), Is.EqualTo(new int?[] { 3, 1, 2, 0, null, 1 }));
    }

    [Test]
    public void Large_values()
    {
        var blocks = new[] { new byte[30_000_000], new byte[10] };
        blocks[0][^1] = 42;
        var copies = Pool.Map(block => block, blocks);
        Assert.That(copies[0].AsSpan().SequenceEqual(blocks[0]));
        Assert.That(copies[1], Is.EqualTo(blocks[1]));
    }

    [Test]
    public void What_a_function_does_to_its_argument_does_not_come_back()
    {
        int[][] arguments = [[1], [2]];
        Assert.That(Pool.Map(argument => ++argument[0], arguments), Is.EqualTo(new[] { 2, 3 }));
        Assert.That(arguments, Is.EqualTo(new int[][] { [1], [2] }));
    }

    [Test]
    public void An_object_that_occurs_twice_stays_one_object()
    {
        var node = new Node { Number = 1 };
        Assert.That(Pool.Map(static pair => ReferenceEquals(pair[0], pair[1]), new[] { new[] { node, node } }), Is.EqualTo(new[] { true }));
        var results = Pool.Map(static number => Twice(new Node { Number = number }), [2])[0];
        Assert.That(results[0], Is.SameAs(results[1]).And.Property("Number").EqualTo(2));

        static Node[] Twice(Node node) => [node, node];
    }

    [Test]
    public void Cyclic_references_arrive_as_such()
    {
        var node = new Node { Number = 1 };
        node.Next = new Node { Number = 2, Next = node };
        var copy = Pool.Map(static first => first.Next!.Next == first ? first : null, new[] { node })[0]!;
        Assert.That(copy.Next!.Next, Is.SameAs(copy));
        Assert.That((copy.Number, copy.Next.Number), Is.EqualTo((1, 2)));
    }

    [Test]
    public void A_list_of_a_million_nodes_travels()
    {
        Node? first = null;
        for (var i = 0; i < 1_000_000; i++) first = new Node { Number = i, Next = first };
        var copy = Pool.Apply(static node => node, first)!;
        for (var i = 1_000_000; i > 0; copy = copy.Next!) Assert.That(copy.Number == --i);
    }

    [Test]
    public void What_a_function_captures_is_one_value()
    {
        var node = new Node { Number = 1 };
        List<Node> list = [node];
        Node other = node;
        Assert.That(Pool.Apply(number => (list[0] == node, node == other, number), 5), Is.EqualTo((true, true, 5)));
    }

    [Test]
    public void What_a_type_shows_cannot_travel_is_refused_at_the_call()
    {
        Assert.That(
            () => { _ = Pool.MapAsync(upload => upload.Name, new[] { new Upload() }); },
            Throws.TypeOf<ValueException>().With.Property("Path").EqualTo("Upload.Body").And.Property("ValueType").EqualTo(typeof(Stream))
                .And.Message.Contains("In the argument of the function: "));
        Assert.That(
            () => { _ = Pool.MapAsync(name => new Upload { Name = name }, ["a"]); },
            Throws.TypeOf<ValueException>().With.Message.StartsWith("Upload.Body: ").And.Message.Contains("In the result of the function: "));
        Assert.That(() => Pool.Imap(upload => upload.Name, new[] { new Upload() }), Throws.TypeOf<ValueException>());
        Assert.That(() => Pool.Map(File.OpenRead, ["never"]), Throws.TypeOf<ValueException>());
    }

    [Test]
    public void And_before_the_input_is_looked_at()
    {
        Assert.That(() => { _ = Pool.MapAsync(upload => upload.Name, Input()); }, Throws.TypeOf<ValueException>());

        static IEnumerable<Upload> Input()
        {
            yield return new Upload();
            throw new InvalidOperationException("The input was enumerated.");
        }
    }

    [Test]
    public async Task What_only_a_value_shows_is_refused_for_its_item_alone()
    {
        var derived = new Node { Number = 2, Next = new Named { Number = 4 } };
        var stream = Pool.ImapUnordered(node => node.Number, new[] { new Node { Number = 1 }, derived, new Node { Number = 3 } });
        var (numbers, failures) = await CollectAsync(stream);
        Assert.That(numbers, Is.EquivalentTo(new[] { 1, 3 }));
        Assert.That(failures, Has.One.TypeOf<ValueException>().With.Message.Contains("Named").And.Message.StartsWith("Item 1 failed. Node.Next: "));
    }

    [Test]
    public async Task A_result_that_cannot_travel_is_refused_for_its_item_alone()
    {
        var stream = Pool.Imap(Make, [1, 2, 3]);
        var (nodes, failures) = await CollectAsync(stream);
        Assert.That(nodes.Select(node => node.Number), Is.EqualTo(new[] { 1, 3 }));
        Assert.That(failures, Has.One.TypeOf<ValueException>().With.Message.StartsWith("Item 1 failed. Node.Next: "));

        static Node Make(int number)
        {
            var node = new Node { Number = number };
            if (number == 2) node.Next = new Named();
            return node;
        }
    }

    private static async Task<(List<T> Results, List<Exception> Failures)> CollectAsync<T>(IAsyncEnumerable<T> stream)
    {
        List<T> results = [];
        List<Exception> failures = [];
        await using var enumerator = stream.GetAsyncEnumerator();
        while (true)
        {
            try
            {
                if (!await enumerator.MoveNextAsync()) return (results, failures);
                results.Add(enumerator.Current);
            }
            catch (Exception e)
            {
                failures.Add(e);
            }
        }
    }
}
