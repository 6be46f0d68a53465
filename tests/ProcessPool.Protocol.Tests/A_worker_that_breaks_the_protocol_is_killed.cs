namespace ProcessPool.Protocol.Tests;

[TestFixture]
[CancelAfter(60_000)]
internal sealed class A_worker_that_breaks_the_protocol_is_killed
{
    private const int Count = 20;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private static IEnumerable<TestCaseData> BrokenStreams()
    {
        yield return Case("stray text", "found the byte 0x6F", "oops\n"u8.ToArray());
        yield return Case("stray byte in a frame's place", "found the byte 0xCD", [0xCD, 0, 0, 0, 1, 0x91]);
        yield return Case("length of zero", "A frame of 0 bytes", Frames.Raw(0));
        yield return Case("length of 4 GiB", "A frame of 4294967295 bytes", Frames.Raw(uint.MaxValue));
        yield return Case("length just too large", "A frame of 2147418113 bytes", Frames.Raw(ProtocolConstants.MaxFrame + 1));
        yield return Case("no array", "does not start with its kind", Frames.Raw(1, 0x05));
        yield return Case("no kind", "does not start with its kind", Frames.Raw(1, 0x90));
        yield return Case("kind that is text", "does not start with its kind", Frames.Raw(2, 0x91, 0xA0));
        yield return Case("kind that does not fit", "does not start with its kind", Frames.Raw(4, 0x91, 0xCD, 0x01, 0x00));
        yield return Case("unknown kind", "kind 99", Frames.Of((FrameKind)99));
        yield return Case("kind of the other direction", "kind 18", Frames.Of(FrameKind.Items, 1, 2));
        yield return Case("second greeting", "kind 1", Frames.Hello());
        yield return Case("result of an item that it does not have", "sequence number 5000", Frames.Result(5000, 1));
        yield return Case("result with a negative number", "sequence number -1", Frames.Result(-1, 1));
        yield return Case("result without a number", "The message ends inside a value", Frames.Of(FrameKind.Result));
        yield return Case("revoked items without a list", "gave items back", Frames.Of(FrameKind.Revoked, 1));
        yield return Case("items given back unasked", "gave items back although it was not asked to", Frames.Revoked(0));
        yield return Case("a line longer than lines are", "line of output in a frame of 60000000", Frames.Raw(60_000_000, 0x94, (byte)FrameKind.Output));
        yield return Case("too many revoked items", "gave items back", Frames.Make(FrameKind.Revoked, 1, (ref w) =>
        {
            w.WriteArrayHeader(4097);
            for (var i = 0; i < 4097; i++) w.Write(0);
        }));
        yield return Case("output that is not UTF-8", "not valid UTF-8", Frames.Raw(6, 0x94, (byte)FrameKind.Output, 0xC0, 0x01, 0xA1, 0xFF));
    }

    [TestCaseSource(nameof(BrokenStreams))]
    public async Task One_item_fails_with_the_reason_and_the_others_go_on(string message, byte[] bytes)
    {
        var (results, failures) = await Run(worker =>
        {
            worker.NextItems();
            worker.Send(bytes);
            worker.WaitForEnd();
        });
        Assert.That(results, Is.EqualTo(Doubled(1)));
        Assert.That(failures, Has.Count.EqualTo(1));
        Assert.That(failures[0], Is.InstanceOf<WorkerDiedException>().With.Message.Contains("broke the protocol and was killed").And.Message.Contains(message));
        Assert.That(((WorkerDiedException)failures[0]).Item, Is.Zero);
    }

    [Test]
    public async Task Closing_the_pipe_and_living_on_is_told_as_such()
    {
        var (results, failures) = await Run(worker =>
        {
            worker.NextItems();
            worker.CloseOutput();
            worker.WaitForEnd();
        });
        Assert.That(results, Is.EqualTo(Doubled(1)));
        Assert.That(failures.Single().Message, Does.Contain("closed its pipe but did not exit"));
    }

    [Test]
    public async Task A_result_that_is_said_twice_counts_once_and_costs_nobody_else_an_item()
    {
        var (results, failures) = await Run(worker =>
        {
            worker.NextItems();
            worker.Send([.. Frames.Result(0, 0), .. Frames.Result(0, 99)]);
            worker.WaitForEnd();
        });
        Assert.That(results, Is.EqualTo(Doubled(0)));
        Assert.That(failures, Is.Empty);
    }

    [Test]
    public async Task What_a_worker_says_of_items_that_it_does_not_have_is_printed_all_the_same()
    {
        var (results, failures) = await Run(worker =>
        {
            worker.NextItems();
            foreach (var sequence in new[] { -1, 0, 1, 4096, long.MaxValue })
            {
                worker.Send(Frames.Make(FrameKind.Output, 4, (ref w) =>
                {
                    w.Write(sequence);
                    w.Write(1);
                    w.Write("line");
                    w.Write(false);
                }));
            }

            worker.Send(Frames.Result(0, 0));
            worker.Serve();
        });
        Assert.That(results, Is.EqualTo(Doubled(0)));
        Assert.That(failures, Is.Empty);
    }

    /// <summary>Item 0 is the first worker's; what it leaves is done by good ones.</summary>
    internal static async Task<(List<int> Results, List<Exception> Failures)> Run(Action<ScriptedWorker> firstWorker)
    {
        var launcher = ScriptedLauncher.First(firstWorker);
        List<int> results = [];
        List<Exception> failures = [];
        await using var pool = new Pool(new PoolOptions { Workers = 1, Output = _ => { } }, launcher);
        await using var stream = pool.Imap(i => 2 * i, Enumerable.Range(0, Count)).GetAsyncEnumerator();
        while (failures.Count <= Count)
        {
            try
            {
                if (!await stream.MoveNextAsync().AsTask().WaitAsync(Limit)) break;
                results.Add(stream.Current);
            }
            catch (TimeoutException)
            {
                pool.Terminate();
                Assert.Fail($"After {results.Count} results and {failures.Count} failures nothing comes.");
            }
            catch (Exception e)
            {
                failures.Add(e);
            }
        }

        Assert.That(launcher.Errors, Is.Empty);
        return (results, failures);
    }

    internal static IEnumerable<int> Doubled(int first) => Enumerable.Range(first, Count - first).Select(i => 2 * i);

    private static TestCaseData Case(string name, string message, byte[] bytes) =>
        new TestCaseData(message, bytes).SetArgDisplayNames(name);
}
