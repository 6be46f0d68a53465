using ProcessPool.Memory;

namespace ProcessPool.Protocol.Tests;

// Frames of the kind Results, each of which reports many items.
[TestFixture]
[CancelAfter(60_000)]
internal sealed class Results_of_several_items
{
    private const int Count = 2000;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    [Test]
    public async Task Are_taken_in_frames_of_any_size()
    {
        var random = new Random(1);
        var (results, failures) = await Map(worker =>
        {
            while (worker.NextItems() is { Length: > 0 } items)
            {
                for (var i = 0; i < items.Length;)
                {
                    var some = items.Skip(i).Take(random.Next(1, 50)).ToArray();
                    worker.Send(Frames.Results(some[0].Sequence, [.. some.Select(item => 2 * item.Argument)]));
                    i += some.Length;
                }
            }
        });
        Assert.That(results, Is.EqualTo(All()));
        Assert.That(failures, Is.Empty);
    }

    [Test]
    public async Task Fail_only_the_item_whose_result_cannot_be_read()
    {
        var (results, failures) = await Map(worker =>
        {
            var number = 0;
            while (worker.NextItems() is { Length: > 0 } items)
            {
                worker.Send(Frames.Results(items[0].Sequence, items.Length, (ref w) =>
                {
                    foreach (var (_, argument) in items)
                    {
                        if (number++ % 7 == 3) w.Write("text");
                        else w.Write(2 * argument);
                    }
                }));
            }
        });
        Assert.That(failures.Select(failure => failure.Item), Is.EqualTo(Enumerable.Range(0, Count).Where(i => i % 7 == 3)));
        Assert.That(failures.Select(failure => failure.Exception), Has.All.InstanceOf<ValueException>().With.Message.Contains("cannot be read back as System.Int32"));
        Assert.That(results.Where((_, i) => i % 7 != 3), Is.EqualTo(All().Where((_, i) => i % 7 != 3)));
    }

    private static IEnumerable<TestCaseData> Broken()
    {
        yield return Case("a value that is cut off", "cannot be read", Frames.Results(0, 1, (ref w) => w.WriteRaw([0xCE, 0])));
        yield return Case("a value that means nothing", "cannot be read", Frames.Results(0, 1, (ref w) => w.WriteRaw([0xC1])));
        yield return Case("fewer values than it says", "ends inside a value", Frames.Results(0, 3, (ref w) => w.WriteRaw([1])));
        yield return Case("more than a worker has", "reported 5000 items at once", Frames.Results(0, 5000, (ref w) => w.WriteRaw(new byte[5000])));
        yield return Case("items that it does not have", "sequence number 3000", Frames.Results(3000, 1, 2, 3));
        yield return Case("a negative number", "sequence number -1", Frames.Results(-1, 1, 2, 3));
    }

    [TestCaseSource(nameof(Broken))]
    public async Task Cost_the_worker_and_its_item_if_their_ends_cannot_be_found(string message, byte[] frame)
    {
        var (results, failures) = await Map(worker =>
        {
            worker.NextItems();
            worker.Send(frame);
            worker.WaitForEnd();
        });
        Assert.That(results.Skip(1), Is.EqualTo(All().Skip(1)));
        Assert.That(failures, Has.Length.EqualTo(1));
        Assert.That(failures[0].Item, Is.Zero);
        Assert.That(failures[0].Exception.Message, Does.Contain(message).Or.Contain("cannot be read back"));
    }

    [Test]
    public async Task Are_refused_where_the_length_of_a_result_is_limited()
    {
        var (results, failures) = await Map(
            worker =>
            {
                worker.NextItems();
                worker.Send(Frames.Results(0, 0));
                worker.WaitForEnd();
            },
            maxValueBytes: 1000);
        Assert.That(results.Skip(1), Is.EqualTo(All().Skip(1)));
        Assert.That(failures.Single().Exception, Is.InstanceOf<WorkerDiedException>().With.Message.Contains("the length of a result is limited"));
    }

    [Test]
    public async Task Count_if_their_frame_was_still_open_when_the_worker_died([Values(0, 1, 2)] int cutOff)
    {
        var reported = 0;
        var (results, failures) = await Map(
            worker =>
            {
                (long Sequence, int Argument)[] items = [];
                while (items.Length < 3) items = Serve(worker, worker.NextItems());
                var page = worker.Page!;
                var frame = Frames.Results(items[0].Sequence, 0, (ref w) =>
                {
                    foreach (var (_, argument) in items) w.Write(2 * argument);
                });
                var start = worker.Sent;
                for (var i = 0; i < frame.Length; i++) page.Outbox[(int)((start + i) % StatusPage.OutboxSize)] = frame[i];
                page.OpenResults = start;
                page.Published = start + (cutOff == 0 ? frame.Length : ResultsFrame.StartLength * (cutOff - 1));
                reported = cutOff == 0 ? items.Length : 0;
                foreach (var (sequence, _) in items) page.TryClaim(sequence);
            },
            hasPage: true);
        Assert.That(reported, cutOff == 0 ? Is.GreaterThan(2) : Is.Zero);
        Assert.That(failures, cutOff == 0 ? Is.Empty : Has.Length.GreaterThan(2));
        Assert.That(failures.Select(failure => failure.Exception), Has.All.InstanceOf<WorkerDiedException>());
    }

    /// <summary>Reports all items if they are few.</summary>
    private static (long Sequence, int Argument)[] Serve(ScriptedWorker worker, (long Sequence, int Argument)[] items)
    {
        if (items.Length < 3) worker.Send(Frames.Results(items[0].Sequence, [.. items.Select(item => 2 * item.Argument)]));
        return items;
    }

    /// <summary>
    /// Maps with a worker, and with one that does it right after it has died. A failed item has the result -1.
    /// </summary>
    private static async Task<(int[] Results, (long Item, Exception Exception)[] Failures)> Map(Action<ScriptedWorker> firstWorker, bool hasPage = false, long? maxValueBytes = null)
    {
        var launcher = ScriptedLauncher.First(firstWorker, hasPage ? static () => new StatusPage() : null);
        await using var pool = new Pool(new PoolOptions { Workers = 1, Output = _ => { }, MaxValueBytes = maxValueBytes }, launcher);
        using var limit = new CancellationTokenSource(Limit);
        List<Outcome<int, int>> outcomes = [];
        await foreach (var outcome in pool.Imap(i => 2 * i, Enumerable.Range(0, Count), cancellationToken: limit.Token).Outcomes()) outcomes.Add(outcome);
        Assert.That(launcher.Errors, Is.Empty);
        Assert.That(outcomes.Select(outcome => outcome.Item), Is.EqualTo(Enumerable.Range(0, Count)));
        return (
            [.. outcomes.Select(outcome => outcome.Succeeded ? outcome.Value : -1)],
            [.. outcomes.Where(outcome => !outcome.Succeeded).Select(outcome => (outcome.Item, outcome.Exception!))]);
    }

    private static IEnumerable<int> All() => Enumerable.Range(0, Count).Select(i => 2 * i);

    private static TestCaseData Case(string name, string message, byte[] frame) => new TestCaseData(message, frame).SetArgDisplayNames(name);
}
