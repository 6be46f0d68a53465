using System.Diagnostics;
using ProcessPool.Soak.Items;
using ProcessPool.Soak.Ledger;

namespace ProcessPool.Soak.Calls;

/// <summary>Makes a call and records all its outcomes in the ledger.</summary>
internal sealed class CallRunner(Pool pool, Judge judge, Tally tally)
{
    public async Task RunAsync(Call call)
    {
        using var cancellation = new CancellationTokenSource();
        var token = cancellation.Token;
        var clock = Stopwatch.StartNew();
        if (call.Ending == Ending.Cancelled) cancellation.CancelAfter(call.EndsAfter);
        try
        {
            var isWhole = await (call.Kind switch
            {
                CallKind.Map => MapAsync(call, token),
                CallKind.Apply => ApplyAsync(call, token),
                CallKind.Imap => ReadAsync(call, pool.Imap(Work.Run, Inputs(call), call.Options, token)),
                CallKind.ImapUnordered => ReadAsync(call, pool.ImapUnordered(Work.Run, Inputs(call), call.Options, token)),
                CallKind.ImapOutcomes => ReadOutcomesAsync(call, pool.Imap(Work.Run, Inputs(call), call.Options, token)),
                _ => ReadOutcomesAsync(call, pool.ImapUnordered(Work.Run, Inputs(call), call.Options, token)),
            }).ConfigureAwait(false);
            if (isWhole) judge.End(call);
        }
        catch (OperationCanceledException e) when (call.Ending == Ending.Cancelled && e.CancellationToken == cancellation.Token && cancellation.IsCancellationRequested)
        {
            judge.Others(call, e);
            tally.Count(Tally.Calls, "cancelled");
        }
        catch (TimeoutException e) when (call.Ending == Ending.TimedOut && clock.Elapsed > call.EndsAfter - TimeSpan.FromMilliseconds(50))
        {
            judge.Others(call, e);
            tally.Count(Tally.Calls, "out of time");
        }
    }

    private static IEnumerable<Item> Inputs(Call call) => call.Items.Select(static item => item.Filled);

    /// <returns>Whether all items must be accounted for.</returns>
    private async Task<bool> MapAsync(Call call, CancellationToken token)
    {
        try
        {
            var answers = await pool.MapAsync(Work.Run, Inputs(call), call.Options, token).ConfigureAwait(false);
            if (answers.Length != call.Items.Length) judge.Breach(call, $"{answers.Length} results");
            for (var index = 0; index < answers.Length; index++) judge.Value(call, index, answers[index]);
            tally.Count(Tally.Calls, "done");
            return true;
        }
        catch (Exception e) when (Failure.IndexOf(e) is not null || e is ItemsFailedException)
        {
            judge.Failed(call, e);
            return false;
        }
    }

    private async Task<bool> ApplyAsync(Call call, CancellationToken token)
    {
        try
        {
            judge.Value(call, 0, await pool.ApplyAsync(item => Work.Run(item, token), call.Items[0].Filled, call.Options, token).ConfigureAwait(false));
            tally.Count(Tally.Calls, "done");
            return true;
        }
        catch (Exception e) when (Failure.IndexOf(e) is not null || e is ItemsFailedException)
        {
            judge.Failed(call, e);
            return false;
        }
    }

    private async Task<bool> ReadAsync(Call call, ResultStream<Item, Answer> results)
    {
        await using var stream = results.GetAsyncEnumerator();
        while (call.Ending != Ending.LeftEarly || call.Accounted < call.LeftAfter)
        {
            try
            {
                if (!await stream.MoveNextAsync().ConfigureAwait(false)) return Done();
                judge.Value(call, call.IsOrdered && call.Options.Errors == ErrorPolicy.FailFast ? call.Accounted : stream.Current.Index, stream.Current);
            }
            catch (Exception e) when (Failure.IndexOf(e) is { } index)
            {
                if (call.Options.Errors != ErrorPolicy.FailFast) judge.Breach(call, $"a stream that finishes all throws for item {index}: {e}");
                if (call.IsOrdered && index != call.Accounted) judge.Breach(call, $"item {index} fails where {call.Accounted} is next: {e}");
                judge.Failure(call, index, e);
            }
            catch (ItemsFailedException e)
            {
                judge.Failed(call, e);
                return true;
            }
        }

        return LeftEarly();
    }

    private async Task<bool> ReadOutcomesAsync(Call call, ResultStream<Item, Answer> results)
    {
        await using var stream = results.Outcomes().GetAsyncEnumerator();
        while (call.Ending != Ending.LeftEarly || call.Accounted < call.LeftAfter)
        {
            if (!await stream.MoveNextAsync().ConfigureAwait(false)) return Done();
            var outcome = stream.Current;
            if (call.IsOrdered && outcome.Item != call.Accounted) judge.Breach(call, $"{outcome} comes where {call.Accounted} is next");
            if (outcome.Attempt > call.MostAttempts) judge.Breach(call, $"{outcome} at attempt {outcome.Attempt}");
            if (outcome is { Succeeded: true, Attempt: > 1 }) tally.Count(Tally.Deaths, "of items that then succeeded", outcome.Attempt - 1);
            if (outcome.Succeeded) judge.Value(call, (int)outcome.Item, outcome.Value);
            else judge.Failure(call, (int)outcome.Item, outcome.Exception);
        }

        return LeftEarly();
    }

    private bool Done()
    {
        tally.Count(Tally.Calls, "done");
        return true;
    }

    private bool LeftEarly()
    {
        tally.Count(Tally.Calls, "left early");
        return false;
    }
}
