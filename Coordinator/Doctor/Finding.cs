namespace ProcessPool.Coordinator.Doctor;

/// <summary>What was found out about one thing.</summary>
/// <param name="Name">The thing.</param>
/// <param name="Value">How it is.</param>
/// <param name="Grade">Whether that is good enough.</param>
/// <param name="Remark">What is wrong with it and what to do, or null.</param>
internal sealed record Finding(string Name, string Value, Grade Grade = Grade.Good, string? Remark = null)
{
    /// <summary>A finding with a remark if something holds.</summary>
    public static Finding Of(string name, string value, bool isBad, Grade grade, string remark) =>
        isBad ? new Finding(name, value, grade, remark) : new Finding(name, value);
}

/// <summary>Whether something is good enough.</summary>
internal enum Grade
{
    /// <summary>It is.</summary>
    Good,

    /// <summary>It works, but not as well as it could.</summary>
    Warning,

    /// <summary>It does not work.</summary>
    Wrong,
}
