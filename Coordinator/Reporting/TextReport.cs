using System.Globalization;

namespace ProcessPool.Coordinator.Reporting;

/// <summary>Formats reports as lines for people, with numbers in the invariant culture.</summary>
internal static class TextReport
{
    /// <summary>The lines on one example.</summary>
    public static IEnumerable<string> LinesOf(ExampleReport report)
    {
        string count = report.Outcome.Done == report.Total ? $"{report.Total}" : $"{report.Outcome.Done} of {report.Total}";
        string failed = report.Outcome.Failures.Count == 0 ? "" : $", {report.Outcome.Failures.Count} failed";
        string rest = report.Outcome.IsComplete ? "" : ", the rest not started";
        yield return Invariant(
            $"{report.Words.Verb}: {count} {report.Words.Unit}{report.Words.Kind} in {report.Outcome.Time.TotalSeconds:F2} s, ")
            + Invariant($"{report.Outcome.Rate:F0}/s, {report.Findings}{failed}{rest}");
        if (report.PlainLoop is { } loop)
        {
            yield return Invariant($"checked: plain loop {loop.Time.TotalSeconds:F2} s, {Workers(report.Workers)} ")
                + Invariant($"{report.Outcome.Time.TotalSeconds:F2} s, ratio {report.Ratio:F2}; {Verdict(report)}");
        }
    }

    /// <summary>The closing table of several examples that were compared with the plain loop.</summary>
    public static IEnumerable<string> Summary(IReadOnlyList<ExampleReport> reports)
    {
        yield return $"{"",-8} {"plain loop",12} {Workers(reports[0].Workers),12} {"ratio",8}   results";
        foreach (ExampleReport report in reports)
        {
            string loop = report.PlainLoop is null ? "-" : Seconds(report.PlainLoop.Time);
            string ratio = report.Ratio is { } value ? Invariant($"{value:F2}") : "-";
            yield return $"{report.Words.Name,-8} {loop,12} {Seconds(report.Outcome.Time),12} {ratio,8}   {Verdict(report)}";
        }
    }

    /// <summary>A line that says from how many items on it pays to start the workers, as this run has shown.</summary>
    public static string PaysFrom(IReadOnlyList<ExampleReport> reports, TimeSpan startTime)
    {
        List<string> from = [], not = [];
        foreach (ExampleReport report in reports)
        {
            if (report.PaysFrom(startTime, Environment.ProcessorCount) is { } count)
                from.Add(Invariant($"{Rounded(count)} {report.Words.Unit} {report.Words.Verb}"));
            else
                not.Add(Invariant($"{report.Total} {report.Words.Unit} {report.Words.Verb}"));
        }

        string start = Invariant($"{Workers(reports[0].Workers)}, started in {startTime.TotalSeconds:F2} s, ");
        string notYet = $"not with {string.Join(" or ", not)}";
        return from.Count == 0
            ? $"{start}do not pay here: {notYet}."
            : $"{start}pay from about {string.Join(", ", from)}{(not.Count == 0 ? "" : $"; {notYet}")}.";
    }

    /// <summary>One run says no more than two digits.</summary>
    private static int Rounded(int count)
    {
        int unit = (int)Math.Pow(10, Math.Max(0, Math.Floor(Math.Log10(Math.Max(count, 1))) - 1));
        return (count + unit - 1) / unit * unit;
    }

    private static string Verdict(ExampleReport report) => report.Comparison switch
    {
        null => "not compared",
        { Difference: { } difference } => $"NOT EQUAL: {difference}",
        { Compared: int compared } => $"all {compared} are equal",
    };

    private static string Workers(int workers) => workers switch
    {
        0 => "here",
        1 => "1 worker",
        _ => $"{workers} workers",
    };

    private static string Seconds(TimeSpan time) => Invariant($"{time.TotalSeconds:F2} s");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
