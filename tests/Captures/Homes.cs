namespace Captures;

/// <summary>Lambdas in places where the compiler also rewrites the surrounding code.</summary>
public class Homes
{
    internal readonly int Size = 10;
    internal readonly object Hidden = new();
    private event Func<int, int>? Changed = static x => x + 1;

    private Func<int, int> Property => x => x + Size;

    public static Sample Static_asynchronous_method() => StaticAsync(3).Result;

    public Sample Asynchronous_method() => MakeAsync(3).Result;

    public Sample Iterator() => Make(3).Last();

    public Sample Asynchronous_iterator() => MakeStream(3).ToBlockingEnumerable().Last();

    public Sample Property_getter() => Sample.Of(Property, 4, "Size");

    public Sample Event_field() => Sample.Of((int x) => Changed?.Invoke(x) ?? 0, 4, "Changed");

    public Sample Local_function_within_a_lambda_within_a_loop()
    {
        Sample? last = null;
        for (var i = 0; i < 2; i++)
        {
            var k = i;
            var hidden = Hidden;
            Func<object> other = () => hidden;
            other();
            last = Sample.Of(
                (int x) =>
                {
                    return Sum(x).Sum() + Enumerable.Range(0, 2).Sum(y => Inner(y));

                    int Inner(int y) => y + k + Size;

                    IEnumerable<int> Sum(int n)
                    {
                        for (var j = 0; j < n; j++) yield return Inner(j) + x;
                    }
                },
                4,
                "Size,k");
        }

        return last!;
    }

    public Sample Asynchronous_local_function_with_using_and_catch()
    {
        var k = 3;
        return Sample.Of(
            async (int x) =>
            {
                return await LaterAsync(x) + await LaterAsync(k);

                async Task<int> LaterAsync(int y)
                {
                    try
                    {
                        await using var stream = new MemoryStream(Size);
                        await Task.Yield();
                        throw new InvalidOperationException();
                    }
                    catch (InvalidOperationException) when (Size > 0)
                    {
                        await Task.Yield();
                        return y + k;
                    }
                    finally
                    {
                        await Task.Yield();
                    }
                }
            },
            4,
            "Size,k");
    }

    public Sample Generic_asynchronous_lambda() => GenericLambda(7L, "x");

    public Sample Record() => new Line(3, new object()).Total();

    public Sample Generic_class_with_this() => new Holder<string>("held", new object()).Make<long>();

    private static async Task<Sample> StaticAsync(int k)
    {
        var hidden = new object();
        await Task.Yield();
        Func<object> other = () => hidden;
        other();
        return Sample.Of((int x) => x + k, 4, "k");
    }

    private static Sample GenericLambda<T, TOther>(T value, TOther other)
    {
        var hidden = new object();
        Func<object> unused = () => hidden;
        unused();
        return Sample.Of(
            async (int x) =>
            {
                await Task.Yield();
                return $"{x} {value} {await Task.Run(() => other)} {typeof(TOther).Name}";
            },
            4,
            "other,value");
    }

    private async Task<Sample> MakeAsync(int k)
    {
        var hidden = Hidden;
        await Task.Yield();
        Func<object> other = () => hidden;
        other();
        return Sample.Of((int x) => x + k + Size, 4, "Size,k");
    }

    private IEnumerable<Sample> Make(int k)
    {
        for (var i = 0; i < 2; i++)
        {
            var j = i;
            yield return Sample.Of((int x) => x + k + j + Size, 4, "Size,j,k");
        }
    }

    private async IAsyncEnumerable<Sample> MakeStream(int k)
    {
        await Task.Yield();
        yield return Sample.Of((int x) => x + k + Size, 4, "Size,k");
    }

    private sealed record Line(int Amount, object Hidden)
    {
        public Sample Total() => Sample.Of((int x) => x + Amount, 4, "Amount");
    }

    private sealed class Holder<T>(T held, object hidden)
    {
        public object Hidden => hidden;

        public Sample Make<TOther>() => Sample.Of((int n) => Repeat<TOther>(n).Select(t => (t, held)).ToList(), 4, "held");

        private IEnumerable<(T, string)> Repeat<TOther>(int n)
        {
            for (var i = 0; i < n; i++) yield return (held, typeof(TOther).Name);
        }
    }
}
