using Microsoft.Extensions.Logging;
using ProcessPool.Coordinator.Commands;
using ProcessPool.Coordinator.Reporting;

namespace ProcessPool.Coordinator.Running;

/// <summary>What a command has to work with.</summary>
/// <param name="Options">What was asked for.</param>
/// <param name="Pool">The workers; null where a plain loop is asked for.</param>
/// <param name="Progress">Shows how far it is.</param>
/// <param name="Log">Takes what is to be said meanwhile.</param>
/// <param name="Interruption">Whether it should end.</param>
/// <param name="MostAhead">The most items that may be started beyond the results taken.</param>
internal sealed record Session(
    RunOptions Options, Pool? Pool, IProgressView Progress, ILogger Log, Interruption Interruption, int MostAhead);
