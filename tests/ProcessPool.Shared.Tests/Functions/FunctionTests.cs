using ProcessPool.Values;

namespace ProcessPool.Tests.Functions;

[CancelAfter(60_000)]
internal sealed class FunctionTests
{
    [Test]
    public void What_other_lambdas_of_the_scope_capture_costs_nothing()
    {
        static byte[] Alone()
        {
            var k = 3;
            return Samples.Encode((int x) => x + k);
        }

        static byte[] InCompany()
        {
            var k = 3;
            using var writer = new StreamWriter(new MemoryStream());
            var large = new List<byte[]> { GC.AllocateUninitializedArray<byte>(50_000_000) };
            var other = () => writer.Encoding.GetByteCount("x") + large.Count;
            other();
            return Samples.Encode((int x) => x + k);
        }

        Assert.That(InCompany(), Has.Length.EqualTo(Alone().Length));
    }

    [Test]
    public void Shared_scopes_stay_shared()
    {
        var count = 0;
        Action add = () => count++;
        var both = (int n) =>
        {
            for (var i = 0; i < n; i++) add();
            return count;
        };
        var copy = Samples.Copy(both);
        Assert.That(copy(3), Is.EqualTo(3));
        Assert.That(copy(2), Is.EqualTo(5));
        Assert.That(count, Is.Zero);
    }

    [Test]
    public void A_function_whose_capture_captures_the_same_scope_comes_back_as_a_cycle()
    {
        var k = 3;
        Func<int, int> g = x => x + k;
        Func<int, int> f = i => g(i);
        var copy = Samples.Copy(f);
        var captured = (Delegate)copy.Target!.GetType().GetField("g")!.GetValue(copy.Target)!;
        Assert.That(captured.Target, Is.SameAs(copy.Target));
        Assert.That(copy(4), Is.EqualTo(7));
    }

    [Test]
    public void One_delegate_captured_twice_stays_one()
    {
        Func<int> g = () => 1;
        var h = g;
        Assert.That(Samples.Copy(() => ReferenceEquals(g, h))(), Is.True);
    }

    [Test]
    public void A_captured_token_becomes_the_items_own()
    {
        using var mine = new CancellationTokenSource();
        using var items = new CancellationTokenSource();
        var token = mine.Token;
        var none = CancellationToken.None;
        CancellationToken? perhaps = token;
        CancellationToken? missing = null;
        Assert.That(Samples.Copy(() => (perhaps, missing), items.Token)(), Is.EqualTo(((CancellationToken?)items.Token, (CancellationToken?)null)));
        var copy = Samples.Copy(() => (token, none), items.Token);
        Assert.That(copy().token, Is.EqualTo(items.Token));
        Assert.That(copy().none, Is.EqualTo(CancellationToken.None));
        Assert.That(Samples.Copy<Action>(token.ThrowIfCancellationRequested, items.Token).Target, Is.EqualTo(items.Token));
    }

    [Test]
    public void A_delegate_deep_inside_a_value_travels_as_a_function()
    {
        using var mine = new CancellationTokenSource();
        using var items = new CancellationTokenSource();
        var token = mine.Token;
        var k = 3;
        var order = new Order { Price = x => token.CanBeCanceled ? x + k : 0, Nothing = null };
        var copy = Samples.Copy((int x) => (order.Price!(x), order.Nothing), items.Token);
        Assert.That(copy(4), Is.EqualTo((7, (Action?)null)));
    }

    [Test]
    public void A_value_whose_delegate_holds_the_value_travels()
    {
        var order = new Order();
        order.Price = order.AddOne;
        Assert.That(Samples.Copy((int x) => order.Price!(x))(4), Is.EqualTo(5));
    }

    [Test]
    public void Open_and_bound_delegates_travel_as_they_are()
    {
        var open = typeof(string).GetMethod(nameof(string.ToUpperInvariant))!.CreateDelegate<Func<string, string>>();
        Assert.That(Samples.Copy(open)("a"), Is.EqualTo("A"));
        var bound = (Func<int, int>)Delegate.CreateDelegate(typeof(Func<int, int>), "ab", GetType().GetMethod(nameof(LengthPlus))!);
        Assert.That(Samples.Copy(bound)(4), Is.EqualTo(6));
        var boundToNull = (Func<int, int>)Delegate.CreateDelegate(typeof(Func<int, int>), null, GetType().GetMethod(nameof(LengthPlus))!);
        Assert.That(Samples.Copy(boundToNull)(4), Is.EqualTo(4));
    }

    [Test]
    public void Functions_in_an_array_travel()
    {
        var k = 3;
        Func<int, int>[] steps = [x => x + k, x => x * k];
        Assert.That(Samples.Copy((int x) => steps.Aggregate(x, (y, step) => step(y)))(4), Is.EqualTo(21));
    }

    [Test]
    public void Bytes_that_are_no_function_are_an_error([Range(0, 255, 5)] int value)
    {
        var k = 3;
        var bytes = Samples.Encode((int x) => x + k);
        for (var at = 0; at < bytes.Length; at++)
        {
            var broken = (byte[])bytes.Clone();
            broken[at] = (byte)value;
            try
            {
                Samples.Decode(broken);
            }
            catch (Exception e) when (e is BrokenValueException or FunctionException)
            {
                Assert.That(e.Message, Is.Not.Empty);
            }
        }

        Assert.That(() => Samples.Decode(bytes[..^1]), Throws.TypeOf<BrokenValueException>());
    }

    public static int LengthPlus(string? text, int x) => (text?.Length ?? 0) + x;

    private sealed class Order
    {
        public Func<int, int>? Price;
        public Action? Nothing;

        public int AddOne(int x) => x + 1;
    }
}
