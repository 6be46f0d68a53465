using System.Globalization;
using System.Text.RegularExpressions;
using ProcessPool.Chaos.Tests.Support;

namespace ProcessPool.Chaos.Tests;

/// <summary>Everything at once, for some seconds. <c>./run.sh soak</c> does the same for longer.</summary>
[TimeLimit(240)]
[Parallelizable(ParallelScope.All)]
internal sealed class Soaks
{
    [Test]
    public void A_soak_of_some_seconds_finds_every_item_accounted_for()
    {
        var program = Path.Combine(AppContext.BaseDirectory, "ProcessPool.Soak.dll");
        var (exitCode, output, error) = Child.Run(Child.Dotnet, [program, "--seconds", "8"], limit: TimeSpan.FromMinutes(4));
        TestContext.Out.WriteLine(output);
        Assert.That(exitCode, Is.Zero, $"{output}\n{error}");
        Assert.That(Count(output, "calls"), Is.Positive);
        Assert.That(Count(output, "values right"), Is.Positive);
        Assert.That(Count(output, "deaths survived"), Is.Positive);
        Assert.That(Count(output, "time limits enforced"), Is.Positive);
    }

    /// <summary>A figure from the table that the soak prints.</summary>
    private static long Count(string output, string row) =>
        long.Parse(Regex.Match(output, $@"^{row} +([\d,]+)", RegexOptions.Multiline).Groups[1].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
}
