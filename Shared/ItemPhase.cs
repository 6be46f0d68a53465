namespace ProcessPool;

/// <summary>What a worker was doing with an item.</summary>
public enum ItemPhase
{
    /// <summary>Its argument, or the function with what it captured, was being read.</summary>
    ReadingArgument,

    /// <summary>The function ran.</summary>
    Running,

    /// <summary>Its result, or the exception that it threw, was being written.</summary>
    WritingResult,
}
