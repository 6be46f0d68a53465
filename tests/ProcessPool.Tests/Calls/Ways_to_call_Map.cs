namespace ProcessPool.Tests.Calls;

/// <summary>None of these calls names a type argument.</summary>
internal sealed class Ways_to_call_Map : PoolTests
{
    private static readonly int[] Numbers = [1, 2, 3];
    private static readonly int[] Doubled = [2, 4, 6];

    [Test]
    public void With_method_groups()
    {
        Assert.That(Pool.Map(Functions.Double, Numbers), Is.EqualTo(Doubled));
        Assert.That(Pool.Map(Functions.DoubleAsync, Numbers), Is.EqualTo(Doubled));
        Assert.That(Pool.Map(Functions.DoubleUnlessCancelledAsync, Numbers), Is.EqualTo(Doubled));
        Assert.That(Pool.Map(Functions.Same, Numbers), Is.EqualTo(Numbers));
        Assert.That(Pool.Map("ab".Repeat, Numbers), Is.EqualTo(new[] { "ab", "abab", "ababab" }));
        Assert.That(Pool.Map(new Scale(2).Apply, Numbers), Is.EqualTo(Doubled));
        Assert.That(Pool.Map(Math.Sqrt, [4.0, 9.0]), Is.EqualTo(new[] { 2.0, 3.0 }));
        Assert.That(Pool.Map(Math.Abs, [-1, 2]), Is.EqualTo(new[] { 1, 2 }));
        Assert.That(Pool.Map(int.Parse, ["1", "2"]), Is.EqualTo(new[] { 1, 2 }));
        Assert.That(Pool.Map(Path.GetExtension, ["a.png"]), Is.EqualTo(new[] { ".png" }));
    }

    [Test]
    public async Task Asynchronously_with_method_groups()
    {
        Assert.That(await Pool.MapAsync(Functions.Double, Numbers), Is.EqualTo(Doubled));
        Assert.That(await Pool.MapAsync(Functions.DoubleAsync, Numbers), Is.EqualTo(Doubled));
        Assert.That(await Pool.MapAsync(Functions.DoubleUnlessCancelledAsync, Numbers), Is.EqualTo(Doubled));
        Assert.That(await Pool.MapAsync(Functions.Same, Numbers), Is.EqualTo(Numbers));
        Assert.That(await Pool.MapAsync("ab".Repeat, Numbers), Is.EqualTo(new[] { "ab", "abab", "ababab" }));
        Assert.That(await Pool.MapAsync(new Scale(2).Apply, Numbers), Is.EqualTo(Doubled));
    }

    [Test]
    public async Task With_local_functions()
    {
        var factor = 2;
        Assert.That(Pool.Map(Times, Numbers), Is.EqualTo(Doubled));
        Assert.That(Pool.Map(TimesTwo, Numbers), Is.EqualTo(Doubled));
        Assert.That(Pool.Map(TimesAsync, Numbers), Is.EqualTo(Doubled));
        Assert.That(await Pool.MapAsync(TimesAsync, Numbers), Is.EqualTo(Doubled));

        int Times(int x) => x * factor;

        static int TimesTwo(int x) => x * 2;

        async Task<int> TimesAsync(int x)
        {
            await Task.Yield();
            return x * factor;
        }
    }

    [Test]
    public void With_lambdas()
    {
        var factor = 2;
        Assert.That(Pool.Map(x => x * 2, Numbers), Is.EqualTo(Doubled));
        Assert.That(Pool.Map(static x => x * 2, Numbers), Is.EqualTo(Doubled));
        Assert.That(Pool.Map((int x) => x * factor, Numbers), Is.EqualTo(Doubled));
        Assert.That(Pool.Map(x => { return x * factor; }, Numbers), Is.EqualTo(Doubled));
        Assert.That(Pool.Map(x => WorkerContext.CancellationToken.CanBeCanceled ? x * factor : 0, Numbers), Is.EqualTo(Doubled));
        Assert.That(Pool.Map(async x => await Functions.DoubleAsync(x), Numbers), Is.EqualTo(Doubled));
        Assert.That(Pool.Map(x => Functions.DoubleAsync(x), Numbers), Is.EqualTo(Doubled));
        Assert.That(Pool.Map(async x => await Functions.DoubleValueAsync(x), Numbers), Is.EqualTo(Doubled));
        Assert.That(Pool.Map(async (x, token) => await Functions.DoubleUnlessCancelledAsync(x, token), Numbers), Is.EqualTo(Doubled));
        Assert.That(Pool.Map(x => x == 2 ? null : "text", Numbers), Is.EqualTo(new[] { "text", null, "text" }));
        Assert.That(Pool.Map(x => x == 2 ? (int?)null : x, Numbers), Is.EqualTo(new int?[] { 1, null, 3 }));
        Assert.That(Pool.Map(x => (x, x * 2), Numbers), Is.EqualTo(new[] { (1, 2), (2, 4), (3, 6) }));
        Assert.That(Pool.Map(pair => pair.Left + pair.Right, new[] { (Left: 1, Right: 2), (Left: 3, Right: 4) }), Is.EqualTo(new[] { 3, 7 }));
    }

    [Test]
    public async Task Asynchronously_with_lambdas()
    {
        var factor = 2;
        Assert.That(await Pool.MapAsync(x => x * factor, Numbers), Is.EqualTo(Doubled));
        Assert.That(await Pool.MapAsync(x => { return x * factor; }, Numbers, cancellationToken: CancellationToken.None), Is.EqualTo(Doubled));
        Assert.That(await Pool.MapAsync(x => WorkerContext.CancellationToken.CanBeCanceled ? x * factor : 0, Numbers), Is.EqualTo(Doubled));
        Assert.That(await Pool.MapAsync(async x => await Functions.DoubleAsync(x) + (factor - 2), Numbers), Is.EqualTo(Doubled));
        Assert.That(await Pool.MapAsync(x => Functions.DoubleAsync(x), Numbers), Is.EqualTo(Doubled));
        Assert.That(await Pool.MapAsync(async x => await Functions.DoubleValueAsync(x), Numbers), Is.EqualTo(Doubled));
        Assert.That(await Pool.MapAsync(x => new ValueTask<int>(x * factor).AsTask(), Numbers), Is.EqualTo(Doubled));
        Assert.That(await Pool.MapAsync(async (x, token) => await Functions.DoubleUnlessCancelledAsync(x, token), Numbers), Is.EqualTo(Doubled));
        Assert.That(await Pool.MapAsync((x, token) => Functions.DoubleUnlessCancelledAsync(x, token), Numbers), Is.EqualTo(Doubled));
        Assert.That(await Pool.MapAsync(async x => { await Task.Yield(); return (x, x * factor); }, Numbers), Is.EqualTo(new[] { (1, 2), (2, 4), (3, 6) }));
    }

    [Test]
    public async Task With_lambdas_that_only_throw()
    {
        Assert.Throws<NotSupportedException>(() => Pool.Map(x => throw new NotSupportedException(), Numbers));
        Assert.Throws<NotSupportedException>(() => Pool.Map(async x => { await Task.Yield(); throw new NotSupportedException(); }, Numbers));
        await Assert.ThrowsAsync<NotSupportedException>(() => Pool.MapAsync(x => throw new NotSupportedException(), Numbers));
        await Assert.ThrowsAsync<NotSupportedException>(() => Pool.MapAsync(x => { throw new NotSupportedException(); }, Numbers));
        await Assert.ThrowsAsync<NotSupportedException>(() => Pool.MapAsync(async x => { await Task.Yield(); throw new NotSupportedException(); }, Numbers));
        await Assert.ThrowsAsync<NotSupportedException>(() => Pool.MapAsync((x, token) => Task.FromException(new NotSupportedException()), Numbers));
        await Assert.ThrowsAsync<NotSupportedException>(() => Pool.MapAsync(async (x, token) => { await Task.Yield(); throw new NotSupportedException(); }, Numbers));
        Assert.That(await Pool.MapAsync(Functions.Double, Numbers), Is.EqualTo(Doubled));
    }

    [Test]
    public void Not_with_a_ValueTask_which_is_told()
    {
        foreach (var call in (Action[])[() => Pool.Map(Functions.DoubleValueAsync, Numbers), () => Pool.Map(x => new ValueTask(), Numbers), () => Pool.Imap(Functions.DoubleValueAsync, Numbers)])
            Assert.That(Assert.Throws<ValueException>(() => call())!.Message, Does.Contain("wrap one that returns ValueTask: async x => await f(x)"));
    }

    [Test]
    public async Task With_actions()
    {
        using var directory = new TemporaryDirectory();
        var files = directory.Files(3);
        Pool.Map(Functions.Touch, files);
        Assert.That(directory.CountAndDelete(), Is.EqualTo(3));
        Pool.Map(Functions.TouchAsync, files);
        Assert.That(directory.CountAndDelete(), Is.EqualTo(3));
        Pool.Map(Functions.TouchUnlessCancelledAsync, files);
        Assert.That(directory.CountAndDelete(), Is.EqualTo(3));
        Pool.Map(async file => await File.WriteAllTextAsync(file, ""), files);
        Assert.That(directory.CountAndDelete(), Is.EqualTo(3));
        await Pool.MapAsync(Functions.Touch, files);
        await Pool.MapAsync(File.Delete, files);
        Assert.That(directory.CountAndDelete(), Is.Zero);
        await Pool.MapAsync(async file => { await Task.Yield(); await File.WriteAllTextAsync(file, ""); }, files);
        Assert.That(directory.CountAndDelete(), Is.EqualTo(3));
        await Pool.MapAsync(async (file, token) => await File.WriteAllTextAsync(file, "", token), files);
        Assert.That(directory.CountAndDelete(), Is.EqualTo(3));
        await Pool.MapAsync(file => { WorkerContext.CancellationToken.ThrowIfCancellationRequested(); File.Create(file).Dispose(); }, files);
        Assert.That(directory.CountAndDelete(), Is.EqualTo(3));
        await Pool.MapAsync(async file => await Functions.TouchValueAsync(file), files);
        Assert.That(directory.CountAndDelete(), Is.EqualTo(3));
    }

    [Test]
    public async Task With_methods_of_the_framework_over_files()
    {
        using var directory = new TemporaryDirectory();
        var files = directory.Files(2);
        foreach (var file in files) await File.WriteAllTextAsync(file, Path.GetFileName(file));
        Assert.That(await Pool.MapAsync(File.ReadAllBytesAsync, files), Has.Length.EqualTo(2).And.All.Length.EqualTo(5));
        Assert.That(await Pool.MapAsync(File.ReadAllTextAsync, files), Is.EqualTo(new[] { "file0", "file1" }));
        Assert.That(await Pool.MapAsync(File.ReadAllText, files), Is.EqualTo(new[] { "file0", "file1" }));
        Assert.That(Pool.Map(File.ReadAllBytesAsync, files), Has.Length.EqualTo(2).And.All.Length.EqualTo(5));
        Assert.That(Pool.Map(File.ReadAllBytes, Directory.EnumerateFiles(directory.Path).Order()), Has.Length.EqualTo(2));
        Assert.That(Pool.Map(File.Exists, files), Is.All.True);
    }
}
