namespace ProcessPool.Tests.Workers;

/// <summary>A pool in a static field is made again in each worker that uses the type. It costs nothing there until it is used.</summary>
[CancelAfter(120_000)]
internal sealed class Pools_in_static_fields
{
    [Test]
    public void Start_no_processes_in_workers_before_they_are_called()
    {
        using var pool = new Pool(2);
        Assert.That(pool.Map(static _ => CountAfterAWhile(), [1, 2]), Is.All.Zero);
        Assert.That(pool.Map(static x => Holder.Pool.Apply(static y => y + 1, x), [1, 2]), Is.EqualTo((int[])[2, 3]));
        Assert.That(pool.Apply(static () => Holder.Pool.WorkerPids.Count), Is.LessThanOrEqualTo(3));
    }

    [Test]
    public void That_were_never_used_end_at_once([Values] bool isTerminated)
    {
        using var pool = new Pool(1);
        Assert.That(pool.Apply(() => EndsAtOnce(isTerminated)), Is.True);
    }

    [Test]
    public void Wait_for_workers_that_are_waited_for()
    {
        using var pool = new Pool(1);
        Assert.That(
            pool.Apply(static async () =>
            {
                await using var inner = new Pool(2);
                await inner.WaitUntilReadyAsync();
                return inner.WorkerPids.Count;
            }),
            Is.EqualTo(2));
    }

    private static bool EndsAtOnce(bool isTerminated)
    {
        using var inner = new Pool(3);
        if (isTerminated) inner.Terminate();
        else inner.Close();
        return inner.JoinAsync().Wait(TimeSpan.FromSeconds(20)) && inner.WorkerPids.Count == 0;
    }

    private static int CountAfterAWhile()
    {
        _ = Holder.Pool.Workers;
        Thread.Sleep(300);
        return Holder.Pool.WorkerPids.Count;
    }

    private static class Holder
    {
        public static readonly Pool Pool = new(3);
    }
}
