namespace ProcessPool.Bench;

/// <summary>One line of the table. Rows may share a measure.</summary>
/// <param name="What">What is measured, and Python's counterpart if it has another name.</param>
/// <param name="Unit">The unit of the figures. Higher is better if it is something per second.</param>
/// <param name="Ours">The measure of this library.</param>
/// <param name="Python">The measure of Python's counterpart.</param>
/// <param name="Limit">The same bytes or processes without any overhead of a library; null if there is no such measure.</param>
internal sealed record Row(string What, string Unit, Measure Ours, Measure Python, Measure? Limit = null)
{
    /// <summary>How many times as fast as Python this library is.</summary>
    public double? Ratio => Unit.EndsWith("/s") ? Ours.Median / Python.Median : Python.Median / Ours.Median;

    public IEnumerable<Measure> Measures => Limit is null ? [Ours, Python] : [Ours, Python, Limit];
}
