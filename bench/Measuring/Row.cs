namespace ProcessPool.Bench;

/// <summary>
/// One line of the table: what is measured on which sides, and what it is to reach. A row is one entry in the file of its family.
/// Rows may share measures.
/// </summary>
/// <param name="What">What is measured, and Python's counterpart if it has another name.</param>
/// <param name="Unit">The unit of the figures. Higher is better if it is something per second.</param>
/// <param name="Ours">The measure of this library.</param>
internal sealed record Row(string What, string Unit, Measure Ours)
{
    /// <summary>The measure of Python's <c>multiprocessing.Pool</c>, or of a script that uses it.</summary>
    public Measure? Python { get; init; }

    /// <summary>The same bytes, processes or work without any library.</summary>
    public Measure? Limit { get; init; }

    /// <summary>What else is measured beside it: other libraries, the loop in one process, one worker.</summary>
    public IReadOnlyList<(string Name, Measure Measure)> Others { get; init; } = [];

    public IReadOnlyList<Target> Targets { get; init; } = [];

    /// <summary>Whether the README's short table has it. Such a row needs Python's figure.</summary>
    public bool IsInReadme { get; init; }

    /// <summary>Whether the run fails if ours cannot be measured. False if it needs packages that are not always installed.</summary>
    public bool IsRequired { get; init; } = true;

    /// <summary>Whether a quick run leaves it out.</summary>
    public bool IsSlow { get; init; }

    public IEnumerable<(string Name, Measure Measure)> Sides
    {
        get
        {
            yield return ("ours", Ours);
            if (Python is not null) yield return ("Python", Python);
            if (Limit is not null) yield return ("limit", Limit);
            foreach (var other in Others) yield return other;
        }
    }

    /// <summary>Whether all targets are met; null if there are none, or if a side is missing.</summary>
    public bool? IsMet
    {
        get
        {
            if (Targets.Any(target => target.IsMet(this) == false)) return false;
            return Targets.Count > 0 && Targets.All(target => target.IsMet(this) == true) ? true : null;
        }
    }

    /// <summary>Whether higher figures are better.</summary>
    public bool IsRate => Unit.EndsWith("/s");

    /// <summary>How many times as fast as another measure this library is.</summary>
    public double? SpeedOver(Measure? other) => IsRate ? Ours.Median / other?.Median : other?.Median / Ours.Median;

    public Measure? Other(string name) => Others.FirstOrDefault(other => other.Name == name).Measure;
}

/// <summary>Rows that belong together, in the order of the table.</summary>
internal sealed record Family(string Name, IReadOnlyList<Row> Rows);
