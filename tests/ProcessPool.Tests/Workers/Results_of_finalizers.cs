namespace ProcessPool.Tests.Workers;

/// <summary>
/// The results of finalizers (Pool.ExitResults): when they are available, with which type, and from which workers.
/// </summary>
[CancelAfter(120_000)]
internal sealed class Results_of_finalizers
{
    [Test]
    public void Results_are_there_once_the_pool_has_ended()
    {
        using var pool = new Pool(new PoolOptions { Workers = 1, Finalizer = () => 1 });
        pool.Apply(() => 1);
        Assert.That(() => pool.ExitResults<int>(), Throws.InvalidOperationException.With.Message.Contains("has not ended"));
        pool.Close();
        pool.Join();
        Assert.That(pool.ExitResults<int>(), Has.Count.EqualTo(1));
    }

    [Test]
    public void Read_as_those_of_their_worker()
    {
        var pool = new Pool(new PoolOptions { Workers = 1, Finalizer = () => 7 });
        using (pool) pool.Apply(() => 1);
        Assert.That(pool.ExitResults<int>().Single().ToString(), Is.EqualTo("worker 0: 7"));
    }

    [Test]
    public void Another_type_is_refused_by_both_names()
    {
        var pool = new Pool(new PoolOptions { Workers = 1, Finalizer = async () => await Task.FromResult("text") });
        using (pool) pool.Apply(() => 1);
        Assert.That(() => pool.ExitResults<int>(), Throws.InvalidOperationException.With.Message.EqualTo("PoolOptions.Finalizer returns System.String, not System.Int32."));
        Assert.That(pool.ExitResults<object>().Single().Value, Is.EqualTo("text"));
    }

    [Test]
    public void Without_one_there_are_no_results()
    {
        var pool = new Pool(1);
        using (pool) pool.Apply(() => 1);
        Assert.That(pool.ExitResults<int>(), Is.Empty);
    }
}
