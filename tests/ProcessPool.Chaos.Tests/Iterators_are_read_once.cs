using System.Collections;
using ProcessPool.Chaos.Tests.Support;

namespace ProcessPool.Chaos.Tests;

/// <summary>
/// An argument that is computed while it is sent is computed only once, even if it is sent to one worker after another.
/// </summary>
[TimeLimit(60)]
[TestFixture(true)]
[TestFixture(false)]
internal sealed class Iterators_are_read_once(bool useStatusPage)
{
    private const int Count = 5_000;

    /// <summary>This item waits until all others are done, or kills its worker. Items behind it must be sent again.</summary>
    private const int LongOne = 2_000;

    [Test]
    public async Task Of_items_that_are_taken_back()
    {
        using var directory = new TemporaryDirectory();
        var end = directory.File("end");
        await using var pool = NewPool(2);
        List<int> seen = [];
        await foreach (var item in pool.ImapUnordered(item => RunOrWait(end, item), Inputs()))
        {
            seen.Add(item);
            if (seen.Count == Count - 1) await File.WriteAllTextAsync(end, "");
        }

        Assert.That(seen[^1], Is.EqualTo(LongOne), "another worker ran the items behind the long one");
        Assert.That(seen.Order(), Is.EqualTo(Enumerable.Range(0, Count)));
    }

    [Test]
    public async Task Of_items_whose_worker_dies()
    {
        await using var pool = NewPool(1);
        var outcomes = await pool.Imap(item => SumOrDie(item), Inputs()).OneByOne();

        Assert.That(outcomes[LongOne].Failure, Is.Not.Null);
        outcomes.RemoveAt(LongOne);
        Assert.That(outcomes.Select(outcome => outcome.Value), Is.EqualTo(Enumerable.Range(0, Count).Where(item => item != LongOne)));
    }

    /// <summary>Puts the iterators into tuples, so that the type of the items does not show that they are computed.</summary>
    private static IEnumerable<(int Item, IEnumerable<int> Parts)> Inputs() =>
        Enumerable.Range(0, Count).Select(item => (item, (IEnumerable<int>)new Once(item)));

    private static int RunOrWait(string end, (int Item, IEnumerable<int> Parts) input) =>
        input.Item == LongOne ? Items.WaitForFile(end, Sum(input)) : Sum(input);

    private static long SumOrDie((int Item, IEnumerable<int> Parts) input)
    {
        if (input.Item == LongOne) Processes.Signal(Environment.ProcessId, Processes.SigKill);
        return Sum(input);
    }

    private static int Sum((int Item, IEnumerable<int> Parts) input) => input.Parts.Sum();

    private Pool NewPool(int workers) => new(new PoolOptions { Workers = workers, UseStatusPage = useStatusPage });

    /// <summary>A sequence that can be enumerated only once.</summary>
    private sealed class Once(int sum) : IEnumerable<int>
    {
        private int _readers;

        public IEnumerator<int> GetEnumerator()
        {
            if (Interlocked.Increment(ref _readers) > 1) throw new InvalidOperationException("Read for the second time.");
            yield return sum - 1;
            yield return 1;
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
