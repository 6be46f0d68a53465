namespace ProcessPool.Coordinator.Doctor;

/// <summary>The result of one check.</summary>
/// <param name="Name">What was checked.</param>
/// <param name="Value">What was found.</param>
/// <param name="Grade">Whether that is good enough.</param>
/// <param name="Remark">What is wrong and what to do about it, or null.</param>
internal sealed record Finding(string Name, string Value, Grade Grade = Grade.Good, string? Remark = null)
{
    /// <summary>A finding with a grade and a remark if <paramref name="isBad"/> is true, otherwise a good one.</summary>
    public static Finding Of(string name, string value, bool isBad, Grade grade, string remark) =>
        isBad ? new Finding(name, value, grade, remark) : new Finding(name, value);
}

/// <summary>How good a finding is.</summary>
internal enum Grade
{
    /// <summary>Good enough.</summary>
    Good,

    /// <summary>The pool works, but not as well as it could.</summary>
    Warning,

    /// <summary>The pool does not work.</summary>
    Wrong,
}
