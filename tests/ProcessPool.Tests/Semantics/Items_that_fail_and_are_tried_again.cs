using System.Diagnostics;

namespace ProcessPool.Tests.Semantics;

internal sealed class Items_that_fail_and_are_tried_again : PoolTests
{
    [Test]
    public async Task Succeed_in_the_end_whatever_the_call()
    {
        using var directory = new Calls.TemporaryDirectory();
        var path = directory.Path;
        var options = new CallOptions { MaxAttempts = 3, RetryOn = static failure => failure is IOException };
        var expected = Enumerable.Range(0, 30);
        Assert.That(await Pool.MapAsync(x => FailTwice(path, "map", x), expected, options), Is.EqualTo(expected));
        Assert.That(await ToListAsync(Pool.Imap(x => FailTwice(path, "imap", x), expected, options)), Is.EqualTo(expected));
        Assert.That((await ToListAsync(Pool.ImapUnordered(x => FailTwice(path, "unordered", x), expected, options))).Order(), Is.EqualTo(expected));
        Assert.That(await Pool.ApplyAsync(() => FailTwice(path, "apply", 0), options), Is.EqualTo(0));
        Assert.That(Directory.GetFiles(path), Has.Length.EqualTo(3 * (10 * 3 + 20) + 3), "no attempt too many");
    }

    [Test]
    public async Task Fail_at_last_with_what_they_threw_last()
    {
        using var directory = new Calls.TemporaryDirectory();
        var path = directory.Path;
        var options = new CallOptions { MaxAttempts = 4, RetryOn = static failure => failure is IOException };
        var outcome = (await ToListAsync(Pool.Imap(x => FailAlways(path), [0], options).Outcomes()))[0];
        Assert.That((outcome.Attempt, outcome.Exception!.Message), Is.EqualTo((4, "attempt 4")));
    }

    [Test]
    public void Not_with_one_attempt_which_is_said_at_the_call()
    {
        var error = Assert.Throws<ArgumentException>(() => Pool.Apply(static () => 1, new CallOptions { RetryOn = static _ => true }))!;
        Assert.That(error.Message, Does.Contain("RetryOn").And.Contain("MaxAttempts"));
        using var patient = new Pool(new PoolOptions { Workers = 1, MaxAttempts = 2 });
        Assert.That(patient.Apply(static () => 1, new CallOptions { RetryOn = static _ => true }), Is.EqualTo(1));
    }

    [Test]
    public void Only_where_it_is_wanted()
    {
        using var directory = new Calls.TemporaryDirectory();
        var path = directory.Path;
        var options = new CallOptions { MaxAttempts = 4, RetryOn = static failure => failure is FormatException };
        Assert.Throws<IOException>(() => Pool.Apply(() => FailAlways(path), options));
        Assert.Throws<IOException>(() => Pool.Apply(() => FailAlways(path), new CallOptions { MaxAttempts = 4 }));
        Assert.That(Directory.GetFiles(path), Has.Length.EqualTo(2));
    }

    [Test]
    public void A_question_that_throws_is_told()
    {
        var options = new CallOptions { MaxAttempts = 2, RetryOn = static _ => throw new InvalidDataException() };
        var error = Assert.Throws<IOException>(() => Pool.Apply(static () => throw new IOException(), options))!;
        Assert.That(error.Data["ProcessPool.RetryOn"], Is.TypeOf<InvalidDataException>());
    }

    [Test]
    public void Wait_before_it()
    {
        var clock = Stopwatch.StartNew();
        var options = new CallOptions { MaxAttempts = 3, RetryOn = static _ => true, RetryDelay = TimeSpan.FromSeconds(0.2) };
        Assert.Throws<IOException>(() => Pool.Apply(static () => throw new IOException(), options));
        Assert.That(clock.Elapsed, Is.GreaterThan(TimeSpan.FromSeconds(0.39)));
    }

    [Test]
    public async Task Do_not_hold_up_a_call_that_is_stopped_meanwhile()
    {
        using var cancellation = new CancellationTokenSource(TimeSpan.FromSeconds(0.5));
        var options = new CallOptions { MaxAttempts = 2, RetryOn = static _ => true, RetryDelay = TimeSpan.FromMinutes(50) };
        await Assert.ThrowsAsync<TaskCanceledException>(() => Pool.MapAsync(static x => x == 1 ? throw new IOException() : x, [0, 1, 2], options, cancellation.Token));
    }

    [Test]
    public async Task Ones_that_ran_out_of_their_time_too()
    {
        using var directory = new Calls.TemporaryDirectory();
        var path = directory.Path;
        await using var pool = new Pool(new PoolOptions { Workers = 1, KillDelay = TimeSpan.Zero, ItemTimeout = TimeSpan.FromSeconds(3) });
        var options = new CallOptions { MaxAttempts = 2, RetryOn = static failure => failure is ItemTimeoutException };
        Assert.That(await pool.ApplyAsync(() => HangOnce(path), options), Is.EqualTo(1));
    }

    private static int FailTwice(string directory, string call, int x)
    {
        var attempt = Directory.GetFiles(directory, $"{call}-{x}-*").Length + 1;
        File.WriteAllText(Path.Combine(directory, $"{call}-{x}-{attempt}"), "");
        return attempt < 3 && x % 3 == 0 ? throw new IOException($"attempt {attempt}") : x;
    }

    private static int FailAlways(string directory)
    {
        var attempt = Directory.GetFiles(directory).Length + 1;
        File.WriteAllText(Path.Combine(directory, $"{attempt}"), "");
        throw new IOException($"attempt {attempt}");
    }

    private static int HangOnce(string directory)
    {
        var file = Path.Combine(directory, "hung");
        if (File.Exists(file)) return 1;
        File.WriteAllText(file, "");
        Thread.Sleep(Timeout.Infinite);
        return 0;
    }
}
