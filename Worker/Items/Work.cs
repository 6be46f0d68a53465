namespace ProcessPool.Worker.Items;

/// <summary>A unit of work in a worker's queue.</summary>
/// <param name="Call">The function to run.</param>
internal abstract record Work(WorkerCall Call);

/// <summary>Runs the pool's initializer.</summary>
internal sealed record Initialization(WorkerCall Call) : Work(Call);

/// <summary>Runs the pool's finalizer.</summary>
internal sealed record Finalization(WorkerCall Call) : Work(Call);
