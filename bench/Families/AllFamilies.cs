namespace ProcessPool.Bench;

/// <summary>The families of rows, in the order of the table.</summary>
internal static class AllFamilies
{
    /// <summary>The rows of this run: those that were asked for by name, or all but slow ones in a quick run.</summary>
    public static IReadOnlyList<Family> Make(Workbench bench)
    {
        Family[] families =
        [
            new("start", Start.Rows(bench)),
            new("quick items", QuickItems.Rows(bench)),
            new("cost of a no-op in Map", NoOpCost.Rows(bench)),
            new("round trips", RoundTrips.Rows(bench)),
            new("large data", LargeData.Rows(bench)),
            new("balance", Balance.Rows(bench)),
            new("memory", Memory.Rows(bench)),
            new("examples", Examples.Rows(bench)),
            new("examples with OpenCV on both sides", OpenCvExamples.Rows(bench)),
        ];
        return
        [
            .. families.Select(family => family with { Rows = [.. family.Rows.Where(IsIn)] }).Where(family => family.Rows.Count > 0),
        ];

        bool IsIn(Row row)
        {
            if (bench.Options.Only is { } text) return row.What.Contains(text, StringComparison.OrdinalIgnoreCase);
            return !(bench.Options.IsQuick && row.IsSlow);
        }
    }
}
