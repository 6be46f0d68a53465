namespace ProcessPool.Worker.Items;

/// <summary>What waits its turn in a worker.</summary>
/// <param name="Call">The function that it is about.</param>
internal abstract record Work(WorkerCall Call);

/// <summary>The pool's initializer is to run.</summary>
internal sealed record Initialization(WorkerCall Call) : Work(Call);

/// <summary>The pool's finalizer is to run.</summary>
internal sealed record Finalization(WorkerCall Call) : Work(Call);
