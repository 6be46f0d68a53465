using System.Reflection;
using ProcessPool.Jobs;
using ProcessPool.Tests.Functions;
using ProcessPool.Values;

namespace ProcessPool.Tests.Captures;

/// <summary>Every way of capturing, compiled with and without optimization, run by a worker.</summary>
internal sealed class Captured_values_reach_the_workers : PoolTests
{
    [TestCaseSource(nameof(OfOneArgument))]
    public void A_worker_gives_the_same_result(string build, string type, string method)
    {
        var sample = Samples.Get(build, type, method);
        Assert.That(RunInWorker(sample), Is.EqualTo(Samples.Call(sample.Function, sample.Arguments)));
    }

    [Test]
    public void What_other_lambdas_of_the_scope_capture_adds_nothing(
        [ValueSource(typeof(Samples), nameof(Samples.Builds))] string build, [Values("", "Asynchronous_")] string prefix)
    {
        var crowded = Assembly.Load(build).GetType("Captures.Crowded", throwOnError: true)!;
        var alone = prefix.Length == 0 ? "Alone" : "Asynchronous_alone";
        var beside = (prefix.Length == 0 ? "Beside" : "Asynchronous_beside") + "_a_writer_a_pool_and_half_a_gigabyte";
        var lonely = new Samples.Sample(crowded.GetMethod(alone)!.Invoke(null, [])!);
        var surrounded = new Samples.Sample(crowded.GetMethod(beside)!.Invoke(null, [Pool])!);

        // The methods and the call have other numbers; that is all.
        var (without, with) = (new EncodedCall(lonely.Function, Formatters.Default).Frame.Length, new EncodedCall(surrounded.Function, Formatters.Default).Frame.Length);
        Assert.That(with, Is.EqualTo(without).Within(8).And.LessThan(1000 + Environment.CurrentDirectory.Length));
        Assert.That(RunInWorker(surrounded), Is.EqualTo(RunInWorker(lonely)));
    }

    private static IEnumerable<TestCaseData> OfOneArgument() => Samples.All().Where(test =>
    {
        var type = Samples.Get((string)test.Arguments[0]!, (string)test.Arguments[1]!, (string)test.Arguments[2]!).Function.GetType();
        return type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Func<,>);
    });

    private object? RunInWorker(Samples.Sample sample)
    {
        var types = sample.Function.GetType().GetGenericArguments();
        var isTask = types[1] is { IsGenericType: true } && types[1].GetGenericTypeDefinition() == typeof(Task<>);
        var run = typeof(Captured_values_reach_the_workers)
            .GetMethod(isTask ? nameof(RunTask) : nameof(RunFunction), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(types[0], isTask ? types[1].GetGenericArguments()[0] : types[1]);
        return run.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [Pool, sample.Function, sample.Arguments[0]], null);
    }

    private static object? RunFunction<T, TResult>(Pool pool, Func<T, TResult> function, T argument) =>
        pool.Map(function, [argument])[0];

    private static object? RunTask<T, TResult>(Pool pool, Func<T, Task<TResult>> function, T argument) =>
        pool.Map(function, [argument])[0];
}
