using ProcessPool.Coordinator.Reporting;
using ProcessPool.Coordinator.Running;
using ProcessPool.Coordinator.Tests.Reporting;

namespace ProcessPool.Coordinator.Tests.Running;

internal sealed class Little_is_started_ahead_of_slow_items
{
    private const int Workers = 3;
    private const int Spare = 2;
    private const int Most = 20;

    private SetClock _clock = null!;
    private Counter _counter = null!;
    private Lookahead _lookahead = null!;
    private IEnumerator<int> _inputs = null!;

    [SetUp]
    public void Start()
    {
        _clock = new SetClock();
        _counter = new Counter(1000, _clock);
        _lookahead = new Lookahead(_counter, Workers, Most);
        _inputs = _lookahead.Limit(Enumerable.Range(0, 1000)).GetEnumerator();
        _clock.Advance(1);
    }

    [TearDown]
    public void End() => _inputs.Dispose();

    [Test]
    [CancelAfter(60_000)]
    public async Task One_for_each_worker_and_a_spare_then_one_for_each_result(CancellationToken limit)
    {
        Take(Workers + Spare);
        Task<bool> next = Task.Run(_inputs.MoveNext, limit);
        Assert.That(next.Wait(TimeSpan.FromMilliseconds(50), limit), Is.False);

        _counter.Advance();
        _lookahead.OnResult();

        Assert.That(await next.WaitAsync(limit), Is.True);
        Assert.That(_inputs.Current, Is.EqualTo(Workers + Spare));
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task As_many_as_allowed_where_they_are_quick(CancellationToken limit)
    {
        Take(Workers + Spare);
        for (int i = 0; i < Workers + Spare; i++)
            _counter.Advance();
        _clock.Advance(-0.99);
        Take(Most);
        Task<bool> next = Task.Run(_inputs.MoveNext, limit);
        Assert.That(next.Wait(TimeSpan.FromMilliseconds(50), limit), Is.False);

        _lookahead.Stop();

        Assert.That(await next.WaitAsync(limit), Is.False);
    }

    private void Take(int count)
    {
        for (int i = 0; i < count; i++)
            Assert.That(_inputs.MoveNext(), Is.True);
    }
}
