using System.Globalization;

namespace ProcessPool.Tests.Guards;

/// <summary>
/// Figures that GuardApp has counted, each with a bound. They are counts and not times, so a busy machine hardly changes them.
/// If a change must exceed a bound, raise the bound and say why beside it.
/// </summary>
internal sealed class Count
{
    private readonly Dictionary<string, double> _figures;
    private readonly string _unit;

    private Count(Dictionary<string, double> figures, string unit) => (_figures, _unit) = (figures, unit);

    /// <summary>Runs GuardApp, whose workers inherit these variables.</summary>
    /// <param name="command">What it counts.</param>
    /// <param name="unit">What the figures are, for messages.</param>
    /// <param name="runs">How often it runs. The smallest figures count.</param>
    /// <param name="settings">Settings of the runtime, as environment variables.</param>
    public static Count Run(string command, string unit, int runs, params (string Name, string Value)[] settings)
    {
        var all = Enumerable.Range(0, runs).SelectMany(_ => Run(command, settings));
        var smallest = all.GroupBy(static figure => figure.Name, static figure => figure.Value);
        return new Count(smallest.ToDictionary(static group => group.Key, static group => group.Min()), unit);
    }

    private static IEnumerable<(string Name, double Value)> Run(string command, (string Name, string Value)[] settings)
    {
        var variables = settings.ToDictionary(static variable => variable.Name, static variable => variable.Value);
        variables["DOTNET_gcServer"] = "0";

        // A call carries its caller's directory and culture, so both must be the same wherever these tests run.
        variables["LC_ALL"] = "C";
        string[] arguments = [Path.Combine(AppContext.BaseDirectory, "GuardApp.dll"), command];
        var run = Child.Run(Child.Dotnet, arguments, directory: "/", variables);
        if (run.ExitCode != 0) throw new AssertionException($"GuardApp {command} has failed: {run.Error}");
        return run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => line.Split(' '))
            .Select(static parts => (parts[0], double.Parse(parts[1], CultureInfo.InvariantCulture)));
    }

    /// <summary>Checks one figure.</summary>
    /// <param name="name">Its name in GuardApp.</param>
    /// <param name="most">The bound.</param>
    /// <param name="measured">What was measured when the bound was set.</param>
    /// <param name="reason">Why the bound is where it is.</param>
    public void Check(string name, double most, string measured, string reason)
    {
        var figure = _figures[name];
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{name}: {figure:0.###} {_unit}. The bound is {most:0.###}; {measured} were measured when it was set. {reason}");
        TestContext.Out.WriteLine(text);

        // A count of 0 would mean that nothing was counted.
        Assert.That(figure, Is.GreaterThan(0).And.LessThanOrEqualTo(most), text);
    }
}
