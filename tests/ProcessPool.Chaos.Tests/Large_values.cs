using System.Security.Cryptography;
using ProcessPool.Chaos.Tests.Support;

namespace ProcessPool.Chaos.Tests;

/// <summary>All workers receive large arguments and send large results at the same time.</summary>
[TimeLimit(100)]
internal sealed class Large_values
{
    private const int Workers = 8;
    private const int Size = 64 * 1024 * 1024;

    [Test]
    public async Task Large_arguments_and_large_results_pass_each_other()
    {
        var arguments = MakeArguments();
        var expected = Array.ConvertAll(arguments, static argument => Convert.ToHexString(SHA256.HashData(Flip(argument))));
        await using var pool = new Pool(Workers);
        Assert.That(await Hashes(pool, arguments), Is.EqualTo(expected));
        Assert.That(await Hashes(pool, arguments), Is.EqualTo(expected), "a second call");
        Assert.That(Processes.PeakMemory(Environment.ProcessId), Is.LessThan(3L * 1024 * 1024 * 1024));
        foreach (var worker in pool.WorkerPids)
            Assert.That(Processes.PeakMemory(worker), Is.LessThan(600L * 1024 * 1024), "memory for one argument, one result and the runtime");
    }

    [Test]
    public async Task They_do_also_while_workers_are_killed_in_the_middle_of_it()
    {
        await using var pool = new Pool(Workers);
        using var tormentor = new Tormentor(pool, Tormentor.Share(0.1));
        byte[] argument = RandomNumberGenerator.GetBytes(Size);
        var expected = Flip(argument);
        var (right, lost) = (0, new List<int>());
        while (!tormentor.IsDone)
        {
            await using var stream = pool.Imap(Flip, Enumerable.Repeat(argument, 2 * Workers)).GetAsyncEnumerator();
            for (var item = 0; ; item++)
            {
                try
                {
                    if (!await stream.MoveNextAsync()) break;
                    Assert.That(stream.Current.AsSpan().SequenceEqual(expected), Is.True);
                    right++;
                }
                catch (WorkerDiedException e)
                {
                    Assert.That(e.Item, Is.EqualTo(item));
                    lost.Add(e.WorkerProcessId!.Value);
                }
            }
        }

        TestContext.Out.WriteLine($"{right} right, {lost.Count} lost");
        Assert.That(lost, Is.Unique);
        Assert.That(lost, Is.SubsetOf(tormentor.Killed));
    }

    [Test]
    public async Task A_worker_that_dies_while_it_sends_a_large_result_costs_that_item()
    {
        await using var pool = new Pool(1);
        for (var round = 0; round < 20; round++)
        {
            try
            {
                Assert.That(await pool.ApplyAsync(DieSoon, round), Has.Length.EqualTo(Size));
            }
            catch (WorkerDiedException e)
            {
                Assert.That(e.Cause, Is.EqualTo("was killed by SIGKILL"));
            }
        }

        Assert.That(await pool.ApplyAsync(static () => 5), Is.EqualTo(5));
    }

    [Test]
    public async Task An_argument_that_takes_long_to_encode_does_not_wander_between_idle_workers()
    {
        // Nullable numbers are written one by one, which makes encoding slow.
        var argument = Enumerable.Repeat(Enumerable.Range(0, 4_000_000).Select(static item => (int?)item).ToArray(), 10).ToArray();
        await using var pool = new Pool(2);
        await pool.WaitUntilReadyAsync();
        var written = Processes.BytesWritten();
        Assert.That(await pool.ApplyAsync(static numbers => numbers.Sum(static row => row[^1]), argument), Is.EqualTo(39_999_990));
        Assert.That(Processes.BytesWritten() - written, Is.LessThan(300_000_000), "the argument is sent once");
    }

    private static byte[] DieSoon(int milliseconds)
    {
        var result = new byte[Size];
        new Thread(() =>
        {
            Items.Spin(milliseconds);
            Processes.Signal(Environment.ProcessId, Processes.SigKill);
        }).Start();
        return result;
    }

    private static byte[][] MakeArguments()
    {
        var arguments = new byte[Workers][];
        for (var i = 0; i < Workers; i++)
        {
            arguments[i] = new byte[Size];
            new Random(i).NextBytes(arguments[i]);
        }

        return arguments;
    }

    private static async Task<string[]> Hashes(Pool pool, byte[][] arguments) =>
        Array.ConvertAll(await pool.MapAsync(Flip, arguments), static result => Convert.ToHexString(SHA256.HashData(result)));

    private static byte[] Flip(byte[] bytes)
    {
        var result = new byte[bytes.Length];
        for (var i = 0; i < bytes.Length; i++) result[i] = (byte)~bytes[i];
        return result;
    }
}
