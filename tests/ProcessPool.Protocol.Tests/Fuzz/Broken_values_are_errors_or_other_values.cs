using ProcessPool.Errors;
using ProcessPool.Tests.Properties.Generated;
using ProcessPool.Tests.Values;

namespace ProcessPool.Protocol.Tests.Fuzz;

[TestFixture]
[NonParallelizable]
internal sealed class Broken_values_are_errors_or_other_values
{
    private const int Types = 400;

    [Test]
    public void Of_many_types()
    {
        var samples = MakeSamples();
        byte[][] all = [.. samples.Select(sample => sample.Bytes)];
        var values = 0;
        Fuzzing.Run(share: 50, random =>
        {
            var (formatter, bytes) = samples[random.Next(samples.Count)];
            var broken = Mutation.Of(bytes, all, random);
            object? value = null;
            var fromMemory = Fuzzing.Try(broken, () => value = Read(formatter, new MessagePackReader(broken)), e => e is BrokenValueException);
            if (fromMemory)
            {
                // What was read is a value like any other.
                var again = Frames.Value(formatter, value);
                Assert.That(Structure.Difference(value, Read(formatter, new MessagePackReader(again))), Is.Null, () => Convert.ToHexString(broken));
                values++;
            }

            if (random.Next(8) != 0) return 1;

            // The same where it does not lie in one piece.
            var pieces = Pieces.Of(broken, random.Next(1, 64));
            Assert.That(Fuzzing.Try(broken, () => Read(formatter, new MessagePackReader(pieces)), e => e is BrokenValueException), Is.EqualTo(fromMemory), () => Convert.ToHexString(broken));
            return 2;
        });
        Assert.That(values, Is.Positive, "Some changes make other values.");
    }

    [Test]
    public void Skipping_them_ends_too()
    {
        var samples = MakeSamples();
        byte[][] all = [.. samples.Select(sample => sample.Bytes)];
        Fuzzing.Run(share: 10, random =>
        {
            var broken = Mutation.Of(all[random.Next(all.Length)], all, random);
            Fuzzing.Try(broken, () => Skip(broken), BrokenValueException.Covers);
            return 1;
        });
    }

    [Test]
    public void Exceptions()
    {
        List<byte[]> samples = [];
        foreach (var exception in ExceptionsToSend())
        {
            samples.Add(Frames.Written((ref w) => RemoteExceptionWriter.Write(ref w, exception)));
        }

        Fuzzing.Run(share: 10, random =>
        {
            var broken = Mutation.Of(samples[random.Next(samples.Count)], samples, random);
            Fuzzing.Try(broken, () => _ = ReadException(broken).ToString().Length, e => e is BrokenValueException);
            return 1;
        });
    }

    [Test]
    public void Functions()
    {
        List<byte[]> samples = [];
        foreach (var function in FunctionsToSend())
        {
            samples.Add(Frames.Function(function));
        }

        Fuzzing.Run(share: 5, random =>
        {
            var broken = Mutation.Of(samples[random.Next(samples.Count)], samples, random);
            Fuzzing.Try(
                broken,
                () => ReadFunction(broken),
                e => e is BrokenValueException or FunctionException or ValueException);
            return 1;
        });
    }

    internal static List<(ValueFormatter Formatter, byte[] Bytes)> MakeSamples()
    {
        // The same types each time; values of all kinds of them are broken in other ways each time.
        List<(ValueFormatter, byte[])> samples = [];
        for (var seed = 0; seed < Types; seed++)
        {
            var sample = Sample.Make(seed, 1 + (seed % 6), shares: seed % 2 == 0);
            var formatter = ProcessPool.Values.Formatters.Get(sample.Type);
            var bytes = Frames.Value(formatter, sample.Value);
            if (bytes.Length < 20_000) samples.Add((formatter, bytes));
        }

        return samples;
    }

    private static object? Read(ValueFormatter formatter, MessagePackReader reader) => formatter.ReadObject(ref reader, Formatters.Default.FromWorker);

    private static void Skip(byte[] bytes)
    {
        var reader = new MessagePackReader(bytes);
        reader.SkipValue();
    }

    private static Exception ReadException(byte[] bytes)
    {
        var reader = new MessagePackReader(bytes);
        return RemoteExceptionReader.Read(ref reader);
    }

    private static void ReadFunction(byte[] bytes)
    {
        var reader = new MessagePackReader(bytes);
        FunctionReader.Read(ref reader, CancellationToken.None, Formatters.Default.FromCoordinator);
    }

    internal static IEnumerable<Exception> ExceptionsToSend()
    {
        yield return Thrown(new InvalidOperationException("no", new FormatException("inner")));
        yield return new AggregateException("many", new ArgumentNullException("argument"), Thrown(new ArgumentOutOfRangeException("number", 5L, "too large")));
        yield return new ArgumentOutOfRangeException("text", "x", null) { Data = { ["key"] = 1, ["other"] = "value", ["time"] = DateTime.UnixEpoch } };
        yield return new AggregateException(new AggregateException(new AggregateException(new IOException("file", 5)), new FileNotFoundException("none", "name")));
        yield return new OperationCanceledException("stopped");
        yield return new System.ComponentModel.Win32Exception(2);
        yield return new BadImageFormatException("a", "b", new DivideByZeroException());
        yield return new OwnException { Number = 5, Texts = ["a", "b"], First = new FormatException("f") };
    }

    internal static IEnumerable<Delegate> FunctionsToSend()
    {
        var (number, text) = (5, "text");
        List<int[]> lists = [[1, 2], []];
        Func<int, int> inner = i => i + number;
        var token = new CancellationTokenSource().Token;
        yield return new Func<int, int>(Math.Abs);
        yield return new Func<int, int>(i => i + number + lists.Count);
        yield return new Func<int, string>(i => text + inner(i) + token.IsCancellationRequested);
        yield return new Func<string, Dictionary<string, List<int>>>(Generic<string, List<int>>);
        yield return new Func<int, string>("bound".PadLeft);
        yield return new Action(() => Console.WriteLine(Generic<int[][], Guid>([[number]])));
    }

    private static Dictionary<TKey, TValue> Generic<TKey, TValue>(TKey key)
        where TKey : notnull
        where TValue : new() => new() { [key] = new TValue() };

    private static T Thrown<T>(T exception)
        where T : Exception
    {
        try
        {
            throw exception;
        }
        catch (T e)
        {
            return e;
        }
    }

    internal sealed class OwnException : Exception
    {
        public int Number;
        public string[]? Texts;
        public Exception? First;
    }
}
