using ProcessPool.Jobs;
using ProcessPool.Scheduling;

namespace ProcessPool.Workers;

/// <summary>What all workers of a pool have in common.</summary>
/// <param name="Launcher">Starts them.</param>
/// <param name="Scheduler">Gives them items.</param>
/// <param name="Alarm">Calls the scheduler when it is time.</param>
/// <param name="Printer">Prints what they print.</param>
/// <param name="Options">The pool's.</param>
/// <param name="Initializer">What each of them runs first, if anything.</param>
/// <param name="Finalizer">What each of them runs last, if anything.</param>
internal sealed record WorkerSetup(
    IWorkerLauncher Launcher, Scheduler Scheduler, Alarm Alarm, OutputPrinter Printer, PoolOptions Options, EncodedFunction? Initializer, PoolFinalizer? Finalizer);
