namespace ProcessPool.Bench;

/// <summary>What a row is to reach, judged by the medians.</summary>
/// <param name="Text">The bound, for the table.</param>
/// <param name="Figure">What is compared with the bound; null if a side is missing.</param>
/// <param name="Meets">Whether such a figure meets the bound.</param>
internal sealed record Target(string Text, Func<Row, double?> Figure, Func<double, bool> Meets)
{
    public bool? IsMet(Row row) => Figure(row) is { } figure ? Meets(figure) : null;

    public static Target TimesPython(double atLeast) =>
        AtLeast($"≥ {atLeast:0.##} × Python", atLeast, row => row.SpeedOver(row.Python));

    /// <summary>The raw limit may be at most so many times as fast.</summary>
    public static Target TimesLimit(double atMost) =>
        AtMost($"≤ {atMost:0.##} × limit", atMost, row => 1 / row.SpeedOver(row.Limit));

    public static Target ShareOfLimit(double atLeast) =>
        AtLeast($"≥ {atLeast:0.00} of limit", atLeast, row => row.SpeedOver(row.Limit));

    /// <param name="name">The name of the other measure in this row.</param>
    /// <param name="atLeast">How many times as fast as that this library is to be.</param>
    public static Target TimesOther(string name, double atLeast) =>
        AtLeast($"≥ {atLeast:0.##} × {name}", atLeast, row => row.SpeedOver(row.Other(name)));

    /// <summary>Differs from another measure in this row by at most so many percent of it.</summary>
    public static Target Within(double percent, string name) =>
        AtMost($"within {percent} % of {name}", percent,
            row => row.Ours.Median / row.Other(name)?.Median - 1 is { } change ? Math.Abs(change) * 100 : null);

    /// <summary>Takes at most so much longer than another measure in this row, in the row's unit.</summary>
    public static Target Beyond(string name, double atMost, string unit) =>
        AtMost($"≤ {name} + {atMost:N0} {unit}", atMost, row => row.Ours.Median - row.Other(name)?.Median);

    public static Target Figures(double atMost, string unit) =>
        AtMost($"≤ {atMost:N0} {unit}", atMost, row => row.Ours.Median);

    private static Target AtLeast(string text, double bound, Func<Row, double?> figure) =>
        new(text, figure, value => value >= bound);

    private static Target AtMost(string text, double bound, Func<Row, double?> figure) =>
        new(text, figure, value => value <= bound);
}
