namespace ProcessPool.Bench;

/// <summary>One line of the table. Rows may share a measure.</summary>
/// <param name="What">What is done, and what Python's counterpart is where the name does not say.</param>
/// <param name="Unit">Of the figures; more is better where it is something a second.</param>
/// <param name="Ours">Through this library.</param>
/// <param name="Python">Its counterpart.</param>
/// <param name="Limit">The same bytes, or processes, with nothing else around them; null if there is no such thing.</param>
internal sealed record Row(string What, string Unit, Measure Ours, Measure Python, Measure? Limit = null)
{
    /// <summary>How many times as fast as Python's ours is.</summary>
    public double? Ratio => Unit.EndsWith("/s") ? Ours.Median / Python.Median : Python.Median / Ours.Median;

    public IEnumerable<Measure> Measures => Limit is null ? [Ours, Python] : [Ours, Python, Limit];
}
