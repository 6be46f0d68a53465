using ProcessPool.Jobs;

namespace ProcessPool.Scheduling;

/// <summary>
/// What the scheduler has decided under its lock and does after releasing it. Nothing is written, killed, waited for or called
/// back under the lock. Empty plans cost nothing.
/// </summary>
internal struct Plan
{
    /// <summary>The steps, in the order in which they are done.</summary>
    public List<Step>? Steps { get; private set; }

    /// <summary>Whether idle workers must be offered items, because some may have become available.</summary>
    public bool MustKick { get; set; }

    public void Kill(Lane lane) => Add(new Step(StepKind.Kill, lane, null));

    public void Shutdown(Lane lane) => Add(new Step(StepKind.Shutdown, lane, null));

    public void Cancel(Lane lane, long sequence, bool askBack) => Add(new Step(askBack ? StepKind.AskBackAndCancel : StepKind.Cancel, lane, null, sequence));

    public void AskBack(Lane lane, int count) => Add(new Step(StepKind.AskBack, lane, null, count));

    public void Pump(Lane lane) => Add(new Step(StepKind.Pump, lane, null));

    /// <summary>A call has ended: complete it for its caller.</summary>
    public void Finish(Job job) => Add(new Step(StepKind.Finish, null, job));

    /// <summary>A call has exceeded its timeout.</summary>
    public void TimeOut(Job job, long ended) => Add(new Step(StepKind.TimeOut, null, job, ended));

    /// <summary>The pool has room again, or is closed: tell those who wait for it.</summary>
    public void TellProducers() => Add(new Step(StepKind.TellProducers, null, null));

    private void Add(Step step) => (Steps ??= []).Add(step);
}

/// <summary>The kinds of steps.</summary>
internal enum StepKind
{
    Kill,
    Shutdown,
    Cancel,
    AskBackAndCancel,
    AskBack,
    Pump,
    Finish,
    TimeOut,
    TellProducers,
}

/// <summary>One step of a plan.</summary>
/// <param name="Kind">What to do.</param>
/// <param name="Lane">The worker, if the step concerns one.</param>
/// <param name="Job">The call, if the step concerns one.</param>
/// <param name="Number">The item's sequence number, or a number of items.</param>
internal readonly record struct Step(StepKind Kind, Lane? Lane, Job? Job, long Number = 0);
