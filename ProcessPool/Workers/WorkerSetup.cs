using ProcessPool.Scheduling;

namespace ProcessPool.Workers;

/// <summary>What all workers of a pool have in common.</summary>
/// <param name="Launcher">Starts the workers.</param>
/// <param name="Scheduler">Gives items to the workers.</param>
/// <param name="Alarm">Calls the scheduler when it is time.</param>
/// <param name="Printer">Prints the output of the workers.</param>
/// <param name="Exits">Tells the user of workers that have ended, or null.</param>
/// <param name="Options">The options of the pool.</param>
/// <param name="Initializer">The function that each worker runs first, or null.</param>
/// <param name="Finalizer">The function that each worker runs last, or null.</param>
internal sealed record WorkerSetup(
    IWorkerLauncher Launcher, Scheduler Scheduler, Alarm Alarm, OutputPrinter Printer, ExitNotices? Exits, PoolOptions Options, EncodedFunction? Initializer, PoolFinalizer? Finalizer);
