namespace Captures;

/// <summary>Local functions, iterators, asynchronous lambdas, and delegates that capture delegates.</summary>
public static class Functions
{
    public static Sample Static_local_function()
    {
        return Sample.Of<int, int>(Twice, 4, "");

        static int Twice(int x) => 2 * x;
    }

    public static Sample Local_function_as_a_delegate()
    {
        var k = 3;
        var hidden = new object();
        Func<object> other = () => hidden;
        other();
        return Sample.Of<int, int>(Add, 4, "k");

        int Add(int x) => x + k;
    }

    public static Sample Local_functions_called_in_a_lambda()
    {
        var a = 3;
        var b = 4;
        var hidden = new object();
        Func<object> other = () => hidden;
        other();
        return Sample.Of((int x) => Even(x) ? 1 : 0, 7, "a,b");

        bool Even(int n) => n == 0 ? a == 3 : Odd(n - 1);

        bool Odd(int n) => n == 0 ? b != 4 : Even(n - 1);
    }

    public static Sample Local_function_of_the_lambda()
    {
        var k = 3;
        return Sample.Of(
            (int x) =>
            {
                var y = x + 1;
                return Add(2) + Add(3);

                int Add(int z) => z + y + k;
            },
            4,
            "k");
    }

    public static Sample Generic_local_function()
    {
        var k = 3;
        return Sample.Of((int x) => Describe(x) + Describe("s"), 4, "k");

        string Describe<T>(T value) => $"{typeof(T).Name} {value} {k}";
    }

    public static Sample Iterator_function()
    {
        var k = 3;
        var hidden = new object();
        Func<object> other = () => hidden;
        other();
        return Sample.Of((int n) => Multiples(n).Where(m => m > k), 6, "k");

        IEnumerable<int> Multiples(int count)
        {
            for (var i = 0; i < count; i++) yield return i * k;
        }
    }

    public static Sample Asynchronous_lambda()
    {
        var k = 3;
        var m = 4;
        var hidden = new object();
        Func<object> other = () => hidden;
        other();
        return Sample.Of(
            async (int x) =>
            {
                await Task.Yield();
                var sum = k;
                for (var i = 0; i < x; i++) sum += await Task.Run(() => i + m);
                return sum;
            },
            4,
            "k,m");
    }

    public static Sample Asynchronous_iterator()
    {
        var k = 3;
        return Sample.Of(
            async (int n) =>
            {
                var sum = 0;
                await foreach (var i in Multiples(n)) sum += i;
                return sum;
            },
            4,
            "k");

        async IAsyncEnumerable<int> Multiples(int count)
        {
            for (var i = 0; i < count; i++)
            {
                await Task.Yield();
                yield return i * k;
            }
        }
    }

    public static Sample Captured_function()
    {
        var k = 3;
        var hidden = new object();
        Func<object> other = () => hidden;
        other();
        Func<int, int> g = x => x + k;
        return Sample.Of((int i) => g(i), 4, "g,k");
    }

    public static Sample Function_that_captures_itself()
    {
        Func<int, int>? factorial = null;
        factorial = n => n <= 1 ? 1 : n * factorial!(n - 1);
        return Sample.Of(factorial, 5, "factorial");
    }

    public static Sample Function_that_reads_more_of_the_scope()
    {
        var a = 1;
        var b = new[] { 2 };
        var c = "c";
        Func<int> deepest = () => b[0] + c.Length;
        var between = () => deepest() + 1;
        return Sample.Of((int i) => i + a + between(), 4, "a,b,between,c,deepest");
    }

    public static Sample Delegate_of_a_delegate()
    {
        var k = 3;
        Func<int, int> g = x => x + k;
        return new Sample(new Converter<int, int>(g), [4], "k");
    }

    public static Sample Extension_method_on_a_value() => new((Func<string>)"abc".Shout, [], "");

    public static Sample Method_of_a_struct() => new((Func<int, string>)new Point(1, 2).Describe, [3], "");

    public static Sample Method_of_a_framework_object() => Sample.Of<int, bool>(new List<int> { 1, 4 }.Contains, 4, "");

    public static Sample Method_of_a_string() => Sample.Of<string, bool>("abc".StartsWith, "ab", "");

    public static Sample Method_of_a_number() => new((Func<string>)5.ToString, [], "");

    private static string Shout(this string text) => text.ToUpperInvariant();

    private readonly record struct Point(int X, int Y)
    {
        public string Describe(int z) => $"{X} {Y} {z}";
    }
}
