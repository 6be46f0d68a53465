using Microsoft.Extensions.Logging;
using ProcessPool.Coordinator.Commands;

namespace ProcessPool.Coordinator.Running;

/// <summary>The services that a command works with.</summary>
/// <param name="Options">The options of the command.</param>
/// <param name="Pool">The workers; null if only the plain loop is to run.</param>
/// <param name="Log">Takes messages during a run.</param>
/// <param name="Interruption">Tells whether the command was interrupted.</param>
/// <param name="MostAhead">How many items may be started ahead of the results that were taken.</param>
/// <param name="StartTime">How long the pool took to start.</param>
internal sealed record Session(
    RunOptions Options, Pool? Pool, ILogger Log, Interruption Interruption, int MostAhead, TimeSpan StartTime)
{
    /// <summary>Shows the progress of a run with this title; null if none is to be shown.</summary>
    public ConsoleProgress? ProgressOf(string title) => Options.Quiet ? null : new ConsoleProgress(title);
}
