using static ProcessPool.Protocol.Tests.A_worker_that_breaks_the_protocol_is_killed;

namespace ProcessPool.Protocol.Tests.Hostile;

[TestFixture]
[CancelAfter(60_000)]
internal sealed class An_error_may_name_any_type
{
    [Test]
    public async Task And_is_told_as_it_is()
    {
        Type[] types =
        [
            typeof(string), typeof(object), typeof(int), typeof(List<int>), typeof(FileStream), typeof(System.Diagnostics.Process), typeof(Thread),
            typeof(StackOverflowException), typeof(OutOfMemoryException), typeof(AccessViolationException), typeof(OperationCanceledException),
            typeof(TypeInitializationException), typeof(WorkerDiedException), typeof(Exception), typeof(MulticastDelegate), typeof(int[][]),
        ];
        for (var first = 0; first < types.Length; first += 8)
        {
            var some = types[first..(first + 8)];
            var left = new Queue<Type>(some);
            var (results, failures) = await Run(worker =>
            {
                while (left.Count > 0 && worker.NextItems() is { Length: > 0 } items)
                {
                    foreach (var (sequence, argument) in items)
                        worker.Send(left.TryDequeue(out var type) ? Failure(sequence, type) : Frames.Result(sequence, 2 * argument));
                }

                worker.Serve();
            });
            Assert.That(failures, Has.Count.EqualTo(some.Length));
            Assert.That(failures, Has.All.Matches<Exception>(failure => failure is RemoteTaskException || Array.IndexOf(types, failure!.GetType()) >= 0));
            Assert.That(failures.Select(failure => failure.ToString()), Is.All.Contains("what it says"));
            Assert.That(results, Is.EqualTo(Doubled(some.Length)));
        }
    }

    private static byte[] Failure(long sequence, Type type) => Frames.Make(FrameKind.Failure, 2, (ref w) =>
    {
        w.Write(sequence);
        w.WriteArrayHeader(12);
        new IdentityWriter().Write(ref w, type);
        w.Write(type.FullName);
        w.Write("what it says");
        w.Write(true);
        w.Write("   at Nowhere()");
        w.Write(int.MinValue);
        w.WriteNil();
        w.WriteNil();
        w.WriteArrayHeader(0);
        w.Write(0);
        w.WriteMapHeader(0);
        w.WriteMapHeader(1);
        w.Write(0);
        w.Write(new byte[] { 1, 2, 3 }.AsSpan());
    });
}
