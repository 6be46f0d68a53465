using System.Linq.Expressions;

namespace Captures;

/// <summary>Lambdas and local functions that capture local variables.</summary>
public static class Closures
{
    public static Sample Nothing() => Sample.Of((int x) => x * 2, 4, "");

    public static Sample Static_method_group() => Sample.Of<double, double>(Math.Sqrt, 16, "");

    public static Sample Values_beside_what_other_lambdas_capture()
    {
        var k = 3;
        var name = "n";
        using var stream = new MemoryStream();
        var other = () => stream.Length;
        other();
        return Sample.Of((int x) => $"{name}{x + k}", 4, "k,name");
    }

    public static Sample Parameters(int k = 5, object? unsendable = null)
    {
        Func<object?> other = () => unsendable;
        other();
        return Sample.Of((int x) => x - k, 4, "k");
    }

    public static Sample Scopes_within_scopes()
    {
        var a = 1;
        var hidden = new object();
        Sample? last = null;
        for (var i = 0; i < 3; i++)
        {
            var b = i * 10;
            var alsoHidden = new object();
            Func<object> other = () => (hidden, alsoHidden);
            other();
            last = Sample.Of((int x) => x + a + b, 4, "a,b");
        }

        return last!;
    }

    public static Sample Lambda_within_lambda()
    {
        var k = 3;
        var hidden = new object();
        Func<object> other = () => hidden;
        other();
        return Sample.Of((int n) => Enumerable.Range(0, n).Select(i => Enumerable.Range(0, i).Sum(j => j * k + n)).Sum(), 5, "k");
    }

    public static Sample Lambda_within_lambda_only()
    {
        var k = 3;
        var m = 4;
        return Sample.Of((int n) => ((Func<int, Func<int, int>>)(a => b => a * k + b * m + n))(1)(2), 5, "k,m");
    }

    public static Sample Query_expression()
    {
        var factor = 3;
        var least = 4;
        var hidden = new object();
        Func<object> other = () => hidden;
        other();
        return Sample.Of(
            (int n) => (from y in Enumerable.Range(0, n)
                        let z = y * factor
                        from w in new[] { 1, z }
                        where z > least
                        orderby z descending
                        select z + n + w).ToArray(),
            9,
            "factor,least");
    }

    public static Sample Generic_method() => Generic("text", 7);

    public static Sample Generic_class() => Holder<List<int>>.Make([1, 2], 3L);

    public static Sample Written_but_not_read()
    {
        var last = 5;
        Func<int> other = () => last;
        other();
        return Sample.Of((int x) => { last = x; return x; }, 4, "");
    }

    public static Sample Counted_up()
    {
        var count = 5;
        return Sample.Of((int x) => { count += x; count++; return count; }, 4, "count");
    }

    public static Sample By_reference()
    {
        var k = 5;
        return Sample.Of((int x) => { ref var r = ref k; Interlocked.Add(ref r, x); return r; }, 4, "k");
    }

    public static Sample Out_parameter()
    {
        var parsed = 5;
        return Sample.Of((string s) => { int.TryParse(s, out parsed); return parsed; }, "7", "parsed");
    }

    public static Sample Expression_tree_inside()
    {
        var k = 3;
        var hidden = new object();
        Func<object> other = () => hidden;
        other();
        return Sample.Of((int x) => { Expression<Func<int>> sum = () => x + k; return sum.Compile(true)(); }, 4, "k");
    }

    public static Sample Try_catch_finally_switch()
    {
        var a = 1;
        var b = 2;
        var c = 3;
        var d = "d";
        return Sample.Of(
            (int x) =>
            {
                var log = "";
                try
                {
                    log += x switch { 0 => a.ToString(), 1 => "one", 2 => d, 3 => "three", 4 => throw new InvalidOperationException($"{b}"), _ => "" };
                }
                catch (InvalidOperationException e) when (e.Message.Length == a)
                {
                    log += e.Message + (x > 3 ? d : null);
                }
                finally
                {
                    log += c;
                }

                return log;
            },
            4,
            "a,b,c,d");
    }

    public static Sample Struct_and_its_fields()
    {
        var start = new DateTime(2020, 1, 2);
        (int Left, string Right) pair = (1, "r");
        return Sample.Of((int x) => start.AddDays(x).Year + pair.Left + pair.Right.Length, 4, "pair,start");
    }

    public static Sample Null_of_a_type_that_cannot_travel()
    {
        Stream? stream = null;
        return Sample.Of((int x) => stream is null ? x : 0, 4, "stream");
    }

    private static Sample Generic<T>(T value, int k)
        where T : class
    {
        var hidden = new List<object> { new() };
        Func<object> other = () => hidden;
        other();
        return Sample.Of((int x) => $"{typeof(T).Name} {value} {k + x} {Enumerable.Repeat(value, x).Count(v => v == value && k > 0)}", 4, "k,value");
    }

    private static class Holder<T>
        where T : new()
    {
        public static Sample Make<TOther>(T value, TOther other)
        {
            var hidden = new object();
            Func<object> unused = () => hidden;
            unused();
            return Sample.Of((TOther x) => (typeof(T).Name, new T()!.Equals(value), other, x), other, "other,value");
        }
    }
}
