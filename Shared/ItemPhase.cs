namespace ProcessPool;

/// <summary>What a worker was doing with an item.</summary>
public enum ItemPhase
{
    /// <summary>The worker was reading the argument, or the function and its captured variables.</summary>
    ReadingArgument,

    /// <summary>The function was running.</summary>
    Running,

    /// <summary>The worker was writing the result, or the exception that the function threw.</summary>
    WritingResult,
}
