using ProcessPool.Soak.Calls;
using ProcessPool.Soak.Items;
using ProcessPool.Soak.Torment;

namespace ProcessPool.Soak.Ledger;

/// <summary>
/// The ledger. The outcome of each item of each call must follow from its description, or from what was done to the worker that
/// ran it. The first outcome that does not ends the program.
/// </summary>
internal sealed class Judge(int seed, Hits hits, Tally tally)
{
    private static readonly Lock Printing = new();

    public void Value(Call call, int index, Answer answer)
    {
        if (answer.Call != call.Number || answer.Index != index || index < 0 || index >= call.Items.Length)
            Breach(call, $"the result of item {answer.Index} of call {answer.Call} where that of item {index} belongs");
        var item = call.Items[index];
        if (!item.Fate.MayReturn()) Breach(call, $"{item} gives a value");
        if (answer.Value != item.Answer) Breach(call, $"{item} gives {answer.Value:x} instead of {item.Answer:x}");
        if (item.Fate == Fate.LargeResult != answer.Content is not null
            || (answer.Content is { } content && !content.AsSpan().SequenceEqual(Content.Make(item.Seed, item.Amount))))
            Breach(call, $"{item} gives other content than it made");
        Account(call, item);
        tally.Count(Tally.Values, call.Kind.ToString());
    }

    public void Failure(Call call, int index, Exception failure)
    {
        if (index < 0 || index >= call.Items.Length) Breach(call, $"item {index}, which it does not have, fails with {failure}");
        var item = call.Items[index];
        if (Explain(call, item, failure) is not { } reason)
        {
            Breach(call, $"{item} fails for no reason known: {failure}\n{hits.Describe(failure)}");
            return;
        }

        Account(call, item);
        tally.Count(reason.Group, reason.Name);
    }

    /// <summary>A call ends with the failure of an item, or of several.</summary>
    public void Failed(Call call, Exception failure)
    {
        tally.Count(Tally.Calls, "failed");
        if (failure is ItemsFailedException several)
        {
            if (call.Options.Errors != ErrorPolicy.FinishAll) Breach(call, $"it finishes all: {failure}");
            for (var i = 0; i < several.Items.Count; i++) Failure(call, (int)several.Items[i], several.InnerExceptions[i]);
            if (call.Outstanding.FirstOrDefault(static item => !item.Fate.MayReturn()) is { Call: > 0 } missing) Breach(call, $"{missing} is not among its failures: {failure}");
            return;
        }

        if (call.Options.Errors == ErrorPolicy.FinishAll) Breach(call, $"it does not finish all: {failure}");
        Failure(call, Ledger.Failure.IndexOf(failure)!.Value, failure);
        Others(call, failure);
    }

    /// <summary>What failed besides what a call ended with.</summary>
    public void Others(Call call, Exception failure)
    {
        if (failure.Data["ProcessPool.OtherFailures"] is not Exception[] others) return;
        foreach (var other in others)
        {
            if (Ledger.Failure.IndexOf(other) is { } index) Failure(call, index, other);
            else Breach(call, $"a failure without an item: {other}");
        }
    }

    /// <summary>A call has ended in which all items are accounted for.</summary>
    public void End(Call call)
    {
        if (call.Outstanding is [var first, ..] outstanding) Breach(call, $"it has ended without {outstanding.Count} of its items, the first of them {first}");
    }

    /// <summary>Tells what is wrong and ends the program.</summary>
    public void Breach(Call? call, string what)
    {
        // Never left: the first breach is the one to look at.
        Printing.Enter();
        Console.Out.WriteLine($"BREACH (seed {seed}) in {call?.ToString() ?? "the pool"}\n  {what}");
        Console.Out.Flush();
        Environment.Exit(1);
    }

    private void Account(Call call, Item item)
    {
        if (!call.Account(item.Index)) Breach(call, $"{item} is accounted for twice");
        tally.Count(Tally.Items, item.Fate.ToString());
    }

    private (string Group, string Name)? Explain(Call call, Item item, Exception failure)
    {
        switch (failure)
        {
            case WorkerDiedException died:
                if (died.Item != item.Index || died.Attempt > call.MostAttempts) return null;
                if (item.Fate.IsCrash() && died.Cause == item.Cause()) return (Tally.Deaths, $"by an item: {item.Fate}");
                if (hits.Explains(died, call.Since) is { } signal) return (Tally.Deaths, $"by {signal} from outside");
                return Mark.WasSabotaged(died.WorkerProcessId!.Value, call.Since) ? (Tally.Deaths, "pipes closed from inside") : null;
            case ItemTimeoutException late:
                if (late.Item != item.Index || late.Limit != call.Options.ItemTimeout) return null;
                if (item.Fate.IsHang() && (late.WasKilled || item.Fate == Fate.Waits)) return (Tally.Limits, $"{item.Fate}, {(late.WasKilled ? "killed" : "by its token")}");
                return hits.Explains(late, call.Since) ? (Tally.Limits, "of a worker stopped from outside") : null;
            case InvalidOperationException or SoakException when item.Fate == Fate.Throws && failure.Message == item.Complaint:
                var isRight = item.Index % 2 == 0 ? failure is InvalidOperationException : failure is SoakException { Index: var index } && index == item.Index;
                return isRight ? (Tally.Predicted, failure.GetType().Name) : null;
            case NullReferenceException when hits.AnySegfaults:
                // SIGSEGV from outside, while managed code ran: the runtime takes it for that.
                return (Tally.Predicted, "SIGSEGV taken for a null reference");
            default:
                return null;
        }
    }
}
