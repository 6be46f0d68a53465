using ProcessPool;

namespace LaunchApp.Probe;

/// <summary>Runs a map in a pool, and prints the outcome in lines for the tests to read.</summary>
public static class Report
{
    /// <summary>Fails if the workers cannot be started.</summary>
    public static async Task PrintAsync()
    {
        var shift = new Point(100, 200);
        var points = Enumerable.Range(1, 3).Select(i => new Point(i, -i));
        await using var pool = new Pool(workers: 2);
        Sighting[] sightings = await pool.MapAsync(point => Sighting.Of(point.Plus(shift)), points);

        var managed = Surroundings.Managed();
        var native = Surroundings.Native();
        Console.WriteLine($"results: {string.Join(' ', sightings.Select(sighting => sighting.Point))}");
        Console.WriteLine($"coordinator: {Environment.ProcessId}");
        Console.WriteLine($"workers: {string.Join(' ', sightings.Select(sighting => sighting.ProcessId).Distinct())}");
        Print("environment", sightings.SelectMany(sighting => Surroundings.Differences(managed, sighting.Managed)));
        Print("native environment", sightings.SelectMany(sighting => Surroundings.Differences(native, sighting.Native)));
    }

    private static void Print(string name, IEnumerable<string> values) =>
        Console.WriteLine($"{name}: {string.Join(' ', values.Distinct())}");
}

/// <summary>A type of the user's own assembly.</summary>
public sealed record Point(int X, int Y)
{
    /// <summary>The sum.</summary>
    public Point Plus(Point other) => new(X + other.X, Y + other.Y);

    /// <inheritdoc/>
    public override string ToString() => $"{X},{Y}";
}

/// <summary>What a worker has computed, and where.</summary>
internal sealed record Sighting(Point Point, int ProcessId, string[] Managed, string[] Native)
{
    public static Sighting Of(Point point) => new(point, Environment.ProcessId, Surroundings.Managed(), Surroundings.Native());
}
