using System.Diagnostics;
using ProcessPool.Functions;

namespace ProcessPool.Tests.Functions;

/// <summary>Every way of capturing, compiled with and without optimization.</summary>
[CancelAfter(60_000)]
internal sealed class CaptureTests
{
    [TestCaseSource(typeof(Samples), nameof(Samples.All))]
    public void A_copy_gives_the_same_result(string build, string type, string method)
    {
        var sample = Samples.Get(build, type, method);
        var copy = Samples.Copy(sample.Function);
        Assert.That(copy.GetType(), Is.EqualTo(sample.Function.GetType()));
        Assert.That(copy.Method, Is.EqualTo(sample.Function.Method));
        if (sample.Function.Target is not null) Assert.That(copy.Target, Is.Not.SameAs(sample.Function.Target));
        Assert.That(Samples.Call(copy, sample.Arguments), Is.EqualTo(Samples.Call(sample.Function, sample.Arguments)));
    }

    [TestCaseSource(typeof(Samples), nameof(Samples.All))]
    public void Only_what_the_function_can_read_travels(string build, string type, string method)
    {
        var sample = Samples.Get(build, type, method);
        Assert.That(Samples.Travelling(sample.Function), Is.EqualTo(sample.Travels));
    }

    [Test]
    public void The_analysis_takes_fractions_of_a_millisecond()
    {
        var methods = Samples.All().Select(c => Samples.Get((string)c.Arguments[0]!, (string)c.Arguments[1]!, (string)c.Arguments[2]!).Function.Method).ToArray();
        foreach (var method in methods) CaptureAnalysis.Analyze(method);
        var times = new List<double>();
        foreach (var method in methods)
        {
            var start = Stopwatch.GetTimestamp();
            CaptureAnalysis.Analyze(method);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
        }

        times.Sort();
        TestContext.Out.WriteLine($"{times.Count} functions: median {times[times.Count / 2]:N0} µs, longest {times[^1]:N0} µs");
        Assert.That(times[times.Count / 2], Is.LessThan(10_000));
    }
}
