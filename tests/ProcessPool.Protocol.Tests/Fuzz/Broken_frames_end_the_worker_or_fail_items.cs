using System.Globalization;
using ProcessPool.Jobs;
using ProcessPool.Worker.Items;

namespace ProcessPool.Protocol.Tests.Fuzz;

// The worker's reading side: in this process its layers below the session (which ends the process that it is in), and the
// whole of it in processes of their own.
[TestFixture]
[NonParallelizable]
internal sealed class Broken_frames_end_the_worker_or_fail_items
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(0.3);

    [Test]
    public void Whatever_a_coordinator_sends()
    {
        List<(byte[] Frame, byte[] Function, byte[][] Arguments)> samples = [];
        foreach (var function in (Delegate[])
            [new Func<int, int>(Math.Abs), new Func<List<string?>, int>(Count), new Func<Dictionary<long, double[]>, int>(Sum), new Action<string>(Say)])
        {
            var formatter = ProcessPool.Values.Formatters.Get(function.Method.GetParameters()[0].ParameterType);
            byte[][] arguments = [.. Enumerable.Range(0, 5).Select(i => ArgumentOf(formatter, i))];
            samples.Add((new EncodedCall(function, Formatters.Default).Frame.ToArray(), Frames.Function(function), arguments));
        }

        List<byte[]> all = [.. samples.Select(sample => sample.Frame), .. samples.SelectMany(sample => sample.Arguments)];
        var invariant = CallCulture.Of(CultureInfo.InvariantCulture);
        Fuzzing.Run(share: 5, random =>
        {
            var (frame, encoded, arguments) = samples[random.Next(samples.Count)];
            var call = new WorkerCall(new Lazy<ValueResolver>(Formatters.Default), invariant, invariant, null);
            call.KeepFunction(random.Next(4) == 0 ? Mutation.Of(encoded, all, random) : encoded);
            byte[] bytes = [.. arguments.SelectMany(argument => random.Next(4) == 0 ? Mutation.Of(argument, all, random) : argument)];
            Fuzzing.Try(bytes, () => ReadItems(call, bytes, arguments.Length), IsAllowed);

            var broken = Mutation.Of(frame, all, random);
            Fuzzing.Try(broken, () => ReadFrames(new Dripping(broken, random).AsSource()), e => e is ProtocolException or ConnectionEndedException || BrokenValueException.Covers(e));
            return 2;
        });
    }

    /// <summary>As the session does it; an argument without an end ends the frame.</summary>
    private static void ReadItems(WorkerCall call, byte[] bytes, int count)
    {
        var reader = new MessagePackReader(bytes);
        for (; count > 0; count--)
        {
            var start = reader.Consumed;
            try
            {
                call.GetRunner().ReadArgument(ref reader, frame: null);
            }
            catch (Exception e) when (IsAllowed(e))
            {
                reader = new MessagePackReader(reader.Sequence.Slice(start));
                reader.SkipValue();
            }
        }
    }

    private static bool IsAllowed(Exception e) => e is FunctionException or ValueException || BrokenValueException.Covers(e);

    private static void ReadFrames(ByteSource source)
    {
        var frames = new FrameReader(source);
        while (frames.TryBegin())
        {
            var values = frames.Values;
            frames.Fill(ref values);
            FrameReader.ReadKind(ref values);
            while (!values.End) values.SkipValue();
            frames.EndFrame();
        }
    }

    [Test]
    public void In_a_process_of_its_own()
    {
        // The function is left as it is: another one would be run.
        var ends = new Dictionary<int, int>();
        var clock = System.Diagnostics.Stopwatch.StartNew();
        Fuzzing.Run(share: 100, random =>
        {
            if (clock.Elapsed > TimeSpan.FromSeconds(3)) return int.MaxValue;
            using var worker = RawWorker.Start().Greet();
            var call = worker.Call(new Func<string, int>(Length));
            List<byte[]> frames = [.. Enumerable.Range(0, 40).Select(i => Frame(call, i))];
            List<byte[]> sent = [.. frames.Select((frame, i) => i > 5 && random.Next(20) == 0 ? Mutation.Of(frame, frames, random) : frame)];
            var reading = Task.Run(() => ReadFrames(new StreamByteSource(worker.Output)));
            try
            {
                worker.Send([.. sent, Frames.Of(FrameKind.Shutdown)]);

                // It may wait for the rest of a frame that is longer now: then its input ends.
                if (!worker.HasExited(Patience)) worker.Input.Dispose();
            }
            catch (IOException)
            {
                // It has found something, and is gone.
            }

            var code = worker.WaitForExit(Limit);
            Assert.That(code, Is.AnyOf(0, 76, 137), () => $"{worker.Error}\nBytes: {Convert.ToHexString([.. sent.SelectMany(frame => frame)])}");
            ends[code] = ends.GetValueOrDefault(code) + 1;
            Assert.That(reading.Wait(Limit), Is.True);
            return sent.Count;
        });
        Assert.That(ends.Keys, Does.Contain(76));
    }

    private static byte[] Frame(long call, int number) => (number % 7) switch
    {
        0 => Frames.Of(FrameKind.Heartbeat, number),
        1 => Frames.Of(FrameKind.Cancel, number),
        2 => Frames.Of(FrameKind.Revoke, 1),
        3 => Frames.Of(FrameKind.EndCall, 1_000_000 + number),
        4 => Frames.Of(FrameKind.ProgressTaken, 300),
        5 => Frames.Of(FrameKind.OutputTaken, 300),
        _ => Frames.Make(FrameKind.Items, 4, (ref w) =>
        {
            w.Write(call);
            w.Write(10L * number);
            w.Write(number);
            w.WriteArrayHeader(3);
            for (var i = 0; i < 3; i++) w.Write($"text {i}");
        }),
    };

    private static byte[] ArgumentOf(ValueFormatter formatter, int seed) =>
        Frames.Value(formatter, new ProcessPool.Tests.Properties.Generated.RandomValues(new Random(seed), 5).Make(formatter.Type));

    private static int Length(string text) => text?.Length ?? 0;

    private static int Count(List<string?> list) => list.Count;

    private static int Sum(Dictionary<long, double[]> dictionary) => dictionary.Count;

    private static void Say(string text) => Console.WriteLine(text);
}
