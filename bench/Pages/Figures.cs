namespace ProcessPool.Bench;

/// <summary>How figures are written.</summary>
internal static class Figures
{
    public static string Text(double figure) => figure.ToString(figure < 10 ? "0.00" : figure < 100 ? "0.0" : "N0");

    public static string Median(Measure? measure) => measure?.Median is { } median ? Text(median) : "";

    public static string Spread(Measure? measure) =>
        measure is { Samples: { Count: > 0 } samples } ? $"{Text(samples.Min())} to {Text(samples.Max())}" : "";

    public static string Ratio(double? ratio) => ratio?.ToString(ratio < 10 ? "0.00" : "N0") ?? "";

    /// <summary>Rounds to three digits, because the figures of two runs differ by more than the fourth.</summary>
    public static string Short(Measure? measure, string unit)
    {
        if (measure?.Median is not { } median) return "";
        var step = Math.Pow(10, Math.Floor(Math.Log10(median)) - 2);
        var figure = Math.Round(median / step) * step;
        return $"{figure.ToString(median < 10 ? "0.##" : median < 100 ? "0.#" : "N0")} {unit}";
    }
}
