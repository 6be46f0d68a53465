namespace Captures;

/// <summary>What a <see cref="Runner"/> inherits.</summary>
public abstract class RunnerBase
{
    protected internal readonly int Inherited = 100;
    protected internal readonly object BaseHidden = new();

    protected int Double() => Inherited * 2;

    protected virtual string Name() => $"base {Inherited}";
}

/// <summary>A user's class with some fields that cannot be sent.</summary>
public sealed class Runner(int factor, object unused) : RunnerBase
{
    internal readonly MemoryStream Log = new();
    internal readonly int Size = 10;
    internal readonly Func<int, int> Handler = static x => x * 7;

    public int Count { get; set; } = 20;

    public object Unused => unused;

    private int Area => Size * Count;

    public Sample Only_this() => Sample.Of((int x) => x + Size, 4, "Size");

    public Sample This_and_locals()
    {
        var k = 3;
        var hidden = new object();
        Func<object> other = () => (hidden, Log);
        other();
        return Sample.Of((int x) => x + Size + k, 4, "Size,k");
    }

    public Sample Properties() => Sample.Of((int x) => x + Area + Count, 4, "Count,Size");

    public Sample Primary_constructor_parameter() => Sample.Of((int x) => x * factor, 4, "factor");

    public Sample Inherited_members() => Sample.Of((int x) => x + Inherited + Double(), 4, "Inherited");

    public Sample Base_method() => Sample.Of((int x) => x + base.Name(), 4, "Inherited");

    public Sample Method_group() => Sample.Of<int, int>(Multiply, 4, "Size,factor");

    public Sample Lambdas_within_lambdas()
    {
        var k = 3;
        return Sample.Of((int n) => Enumerable.Range(0, n).Select(i => Enumerable.Range(0, i).Sum(j => j * k + Size)).Sum(), 5, "Size,k");
    }

    public Sample Asynchronous_lambda()
    {
        var k = 3;
        return Sample.Of(
            async (int x) =>
            {
                await Task.Yield();
                return x + k + Size + await CountLaterAsync(x) + await Task.Run(() => Count);
            },
            4,
            "Count,Size,k");
    }

    public Sample Asynchronous_lambda_over_this_only() => Sample.Of(
        async (int x) =>
        {
            await Task.Yield();
            return x + Size;
        },
        4,
        "Size");

    public Sample Iterator() => Sample.Of((int n) => Sizes(n).Select(s => s + Count).ToList(), 4, "Count,Size");

    public Sample Iterator_group() => Sample.Of<int, IEnumerable<int>>(Sizes, 4, "Size");

    public Sample Local_function()
    {
        var k = 3;
        return Sample.Of((int x) => Add(x), 4, "Size,k");

        int Add(int y) => y + Size + k;
    }

    public Sample Local_copy() => Sample.Of(
        (int x) =>
        {
            var self = this;
            var result = self.Size;
            self = x > 3 ? self : null;
            return result + (self?.Count ?? 0);
        },
        4,
        "Count,Size");

    public Sample Field_of_a_field() => Sample.Of((int x) => x + Handler(2), 4, "Handler");

    public Sample Written_field() => Sample.Of((int x) => Count = x, 4, "");

    public Sample Own_type() => Sample.Of((int x) => x + GetType().Name, 4, "");

    public Sample Scopes_within_scopes()
    {
        var a = 1;
        var hidden = new object();
        Func<object> other = () => hidden;
        other();
        Sample? last = null;
        foreach (var i in new[] { 1, 2 })
        {
            var b = i;
            last = Sample.Of((int x) => a + b + x + Size, 4, "Size,a,b");
        }

        return last!;
    }

    public Sample Captured_method_group()
    {
        Func<int, int> multiply = Multiply;
        return Sample.Of((int x) => multiply(x) + Count, 4, "Count,Size,factor,multiply");
    }

    protected override string Name() => $"runner {Size}";

    private int Multiply(int x) => x * Size * factor;

    private async Task<int> CountLaterAsync(int x)
    {
        await Task.Yield();
        return Count * x;
    }

    private IEnumerable<int> Sizes(int n)
    {
        for (var i = 0; i < n; i++) yield return Size + i;
    }
}
