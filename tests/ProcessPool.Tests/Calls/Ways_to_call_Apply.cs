namespace ProcessPool.Tests.Calls;

/// <summary>None of these calls names a type argument.</summary>
internal sealed class Ways_to_call_Apply : PoolTests
{
    [Test]
    public void With_a_function_alone()
    {
        var three = 3;
        Assert.That(Pool.Apply(Functions.Six), Is.EqualTo(6));
        Assert.That(Pool.Apply(Functions.SixAsync), Is.EqualTo(6));
        Assert.That(Pool.Apply(Functions.SixUnlessCancelledAsync), Is.EqualTo(6));
        Assert.That(Pool.Apply(Functions.SixUnlessCancelledAsync, cancellationToken: TestContext.CurrentContext.CancellationToken), Is.EqualTo(6));
        Assert.That(Pool.Apply(() => 2 * three), Is.EqualTo(6));
        Assert.That(Pool.Apply(async () => await Functions.DoubleAsync(three)), Is.EqualTo(6));
        Assert.That(Pool.Apply(async () => await Functions.DoubleValueAsync(three)), Is.EqualTo(6));
        Assert.That(Pool.Apply(async token => await Functions.DoubleUnlessCancelledAsync(three, token)), Is.EqualTo(6));
        Assert.That(Pool.Apply(() => WorkerContext.CancellationToken.CanBeCanceled ? 6 : 0), Is.EqualTo(6));
        Assert.That(Pool.Apply(() => (string?)null), Is.Null);
    }

    [Test]
    public async Task Asynchronously_with_a_function_alone()
    {
        var three = 3;
        Assert.That(await Pool.ApplyAsync(Functions.Six), Is.EqualTo(6));
        Assert.That(await Pool.ApplyAsync(Functions.SixAsync), Is.EqualTo(6));
        Assert.That(await Pool.ApplyAsync(Functions.SixUnlessCancelledAsync), Is.EqualTo(6));
        Assert.That(await Pool.ApplyAsync(Functions.SixUnlessCancelledAsync, cancellationToken: TestContext.CurrentContext.CancellationToken), Is.EqualTo(6));
        Assert.That(await Pool.ApplyAsync(() => 2 * three), Is.EqualTo(6));
        Assert.That(await Pool.ApplyAsync(async () => await Functions.DoubleAsync(three)), Is.EqualTo(6));
        Assert.That(await Pool.ApplyAsync(async () => await Functions.DoubleValueAsync(three)), Is.EqualTo(6));
        Assert.That(await Pool.ApplyAsync(async token => await Functions.DoubleUnlessCancelledAsync(three, token)), Is.EqualTo(6));
        Assert.That(await Pool.ApplyAsync(token => Functions.DoubleUnlessCancelledAsync(three, token)), Is.EqualTo(6));
        Assert.That(await Pool.ApplyAsync(() => WorkerContext.CancellationToken.CanBeCanceled ? 6 : 0), Is.EqualTo(6));
    }

    [Test]
    public async Task With_an_argument()
    {
        Assert.That(Pool.Apply(Functions.Double, 3), Is.EqualTo(6));
        Assert.That(Pool.Apply(Functions.DoubleAsync, 3), Is.EqualTo(6));
        Assert.That(Pool.Apply(x => x * 2, 3), Is.EqualTo(6));
        Assert.That(Pool.Apply(async x => await Functions.DoubleAsync(x), 3), Is.EqualTo(6));
        Assert.That(await Pool.ApplyAsync(Functions.Double, 3), Is.EqualTo(6));
        Assert.That(await Pool.ApplyAsync(Functions.DoubleAsync, 3), Is.EqualTo(6));
        Assert.That(await Pool.ApplyAsync(x => x * 2, 3), Is.EqualTo(6));
        Assert.That(await Pool.ApplyAsync(async x => await Functions.DoubleAsync(x), 3), Is.EqualTo(6));
        Assert.That(await Pool.ApplyAsync(pair => pair.Item1 + pair.Item2, (1, "a")), Is.EqualTo("1a"));
    }

    [Test]
    public void Not_with_a_token_in_the_place_of_an_argument_which_is_told() => Assert.That(
        Assert.Throws<ValueException>(() => Pool.Apply(async token => await Functions.DoubleUnlessCancelledAsync(3, token), CancellationToken.None))!.Message,
        Does.Contain("WorkerContext.CancellationToken"));

    [Test]
    public async Task With_actions()
    {
        using var directory = new TemporaryDirectory();
        var file = directory.File("file");
        Pool.Apply(() => Functions.Touch(file));
        Assert.That(directory.CountAndDelete(), Is.EqualTo(1));
        Pool.Apply(async () => await Functions.TouchAsync(file));
        Assert.That(directory.CountAndDelete(), Is.EqualTo(1));
        Pool.Apply(async () => await Functions.TouchValueAsync(file));
        Assert.That(directory.CountAndDelete(), Is.EqualTo(1));
        await Pool.ApplyAsync(() => { Functions.Touch(file); });
        Assert.That(directory.CountAndDelete(), Is.EqualTo(1));
        await Pool.ApplyAsync(async () => { await Functions.TouchAsync(file); });
        Assert.That(directory.CountAndDelete(), Is.EqualTo(1));
        await Pool.ApplyAsync(async () => await Functions.TouchValueAsync(file));
        Assert.That(directory.CountAndDelete(), Is.EqualTo(1));
        await Pool.ApplyAsync(async token => await Functions.TouchUnlessCancelledAsync(file, token));
        Assert.That(directory.CountAndDelete(), Is.EqualTo(1));
    }

    [Test]
    public async Task With_lambdas_that_only_throw()
    {
        Assert.Throws<NotSupportedException>(() => Pool.Apply(() => throw new NotSupportedException()));
        Assert.Throws<NotSupportedException>(() => Pool.Apply(async () => { await Task.Yield(); throw new NotSupportedException(); }));
        await Assert.ThrowsAsync<NotSupportedException>(() => Pool.ApplyAsync(() => throw new NotSupportedException()));
    }
}
