namespace ProcessPool.Coordinator.Running;

/// <summary>An input whose function failed.</summary>
/// <param name="Index">Its place among the inputs.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Reason">Why, in one line that need not name it.</param>
internal sealed record ItemFailure(int Index, string Name, string Reason)
{
    /// <summary>The line for people; most reasons have the name in them.</summary>
    public override string ToString() => Reason.Contains(Name, StringComparison.Ordinal) ? Reason : $"{Name}: {Reason}";

    /// <summary>Why an item failed.</summary>
    public static string Explain(Exception failure) => failure is WorkerDiedException died
        ? $"worker {died.WorkerId} (process {died.WorkerProcessId}) {died.Cause} while it ran this"
        : OneLine.Of(failure.Message);
}
