namespace ProcessPool.Coordinator.Running;

/// <summary>An input whose function failed.</summary>
/// <param name="Index">The index of the input.</param>
/// <param name="Name">The name of the input, for people.</param>
/// <param name="Reason">Why the function failed, in one line. It need not contain the name.</param>
internal sealed record ItemFailure(int Index, string Name, string Reason)
{
    /// <summary>One line for people. The name is added only if the reason does not contain it.</summary>
    public override string ToString() => Reason.Contains(Name, StringComparison.Ordinal) ? Reason : $"{Name}: {Reason}";

    /// <summary>The reason of a failure, in one line.</summary>
    public static string Explain(Exception failure) => failure is WorkerDiedException died
        ? $"worker {died.WorkerId} (process {died.WorkerProcessId}) {died.Cause} while it ran this"
        : OneLine.Of(failure.Message);
}
