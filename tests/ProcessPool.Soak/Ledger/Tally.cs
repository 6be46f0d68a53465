using System.Collections.Concurrent;

namespace ProcessPool.Soak.Ledger;

/// <summary>Counts how often each event has happened.</summary>
internal sealed class Tally
{
    public const string Calls = "calls";
    public const string Items = "items accounted for";
    public const string Values = "values right";
    public const string Predicted = "failures predicted";
    public const string Deaths = "deaths survived";
    public const string Limits = "time limits enforced";
    public const string Signals = "signals sent";
    public const string Workers = "workers";
    public const string Sizes = "number of workers changed";
    public const string Printed = "lines printed";

    private readonly ConcurrentDictionary<(string Group, string Name), long> _counts = [];

    public void Count(string group, string name, long times = 1) => _counts.AddOrUpdate((group, name), times, (_, count) => count + times);

    public long Sum(string group) => _counts.Where(count => count.Key.Group == group).Sum(static count => count.Value);

    /// <summary>A table: each group with its sum, and below what it consists of.</summary>
    public void Print(TextWriter writer)
    {
        foreach (var group in (ReadOnlySpan<string>)[Calls, Items, Values, Predicted, Deaths, Limits, Signals, Workers, Sizes, Printed])
        {
            writer.WriteLine($"{group,-36}{Sum(group),12:#,0}");
            foreach (var ((_, name), count) in _counts.Where(count => count.Key.Group == group).OrderByDescending(static count => count.Value))
                writer.WriteLine($"  {name,-34}{count,12:#,0}");
        }
    }
}
