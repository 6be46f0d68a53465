using System.Net.Sockets;
using System.Text.Json;
using MessagePack;
using ProcessPool.Errors;
using ProcessPool.Frames;
using ProcessPool.Tests.Formatters;
using ProcessPool.Values;

namespace ProcessPool.Tests.Errors;

[CancelAfter(60_000)]
internal sealed class RemoteExceptionTests
{
    private static readonly Exception[] Known =
    [
        new InvalidOperationException("bad state"),
        new InvalidOperationException(),
        new ArgumentException("bad value", "size"),
        new ArgumentNullException("size"),
        new ArgumentOutOfRangeException("size", 7, "too large"),
        new FileNotFoundException("gone", "a.txt"),
        new KeyNotFoundException("key"),
        new FormatException("format", new OverflowException("inner")),
        new AggregateException("several", new FormatException("one"), new OverflowException("two")),
        new HttpRequestException("http", new IOException("pipe"), System.Net.HttpStatusCode.NotFound),
        new JsonException("json", "$.a", 3, 4),
        new SocketException((int)SocketError.ConnectionRefused),
        new ObjectDisposedException("Stream"),
        new DivideByZeroException(),
        new OrderException(7, "text") { Details = ["a", "b"] },
        new UnauthorizedAccessException("denied"),
    ];

    [TestCaseSource(nameof(Known))]
    public void An_exception_arrives_as_itself(Exception exception)
    {
        var thrown = Thrown(exception);
        var copy = Copy(thrown);
        Assert.That(copy, Is.TypeOf(exception.GetType()).And.Not.SameAs(exception));
        Assert.That(copy.Message, Is.EqualTo(thrown.Message));
        Assert.That(copy.HResult, Is.EqualTo(thrown.HResult));
        Assert.That(copy.Source, Is.EqualTo(thrown.Source));
        Assert.That(copy.StackTrace, Does.Contain(nameof(Thrown)));
        Assert.That(copy.InnerException?.Message, Is.EqualTo(thrown.InnerException?.Message));
        Assert.That(copy.InnerException?.GetType(), Is.EqualTo(thrown.InnerException?.GetType()));
    }

    [Test]
    public void Fields_of_a_users_exception_arrive()
    {
        var copy = (OrderException)Copy(new OrderException(7, "text") { Details = ["a", "b"], Data = { ["attempt"] = 3, ["at"] = 4L, ["object"] = new object() } });
        Assert.That(copy.Number, Is.EqualTo(7));
        Assert.That(copy.Details, Is.EqualTo(new[] { "a", "b" }));
        Assert.That(copy.Stream, Is.Null);
        Assert.That(copy.Data["attempt"], Is.EqualTo(3));
        Assert.That(copy.Data["at"], Is.EqualTo(4L));
        Assert.That(copy.Data, Has.Count.EqualTo(2));
    }

    [Test]
    public void Well_known_properties_arrive()
    {
        Assert.That(((ArgumentException)Copy(new ArgumentException("bad", "size"))).ParamName, Is.EqualTo("size"));
        Assert.That(((FileNotFoundException)Copy(new FileNotFoundException("gone", "a.txt"))).FileName, Is.EqualTo("a.txt"));
        Assert.That(((SocketException)Copy(new SocketException(111))).ErrorCode, Is.EqualTo(new SocketException(111).ErrorCode));
        var aggregate = (AggregateException)Copy(new AggregateException(new FormatException("one"), new OverflowException("two")));
        Assert.That(aggregate.InnerExceptions, Has.Count.EqualTo(2));
        Assert.That(aggregate.Flatten().InnerExceptions[1], Is.TypeOf<OverflowException>());
    }

    [Test]
    public void A_copy_that_is_thrown_shows_both_stacks()
    {
        var copy = Copy(Thrown(new InvalidOperationException("bad")));
        var here = Assert.Throws<InvalidOperationException>(() => ThrownHere(copy))!;
        Assert.That(here.StackTrace, Does.Contain($"{nameof(Thrown)}(").And.Contain($"{nameof(ThrownHere)}("));
    }

    [Test]
    public void Cancellation_within_the_function_is_not_taken_for_the_callers([Values] bool derived)
    {
        var copy = Copy(Thrown(derived ? new TaskCanceledException("mine") : new OperationCanceledException("mine")));
        var remote = (RemoteTaskException)copy;
        Assert.That(remote.RemoteTypeName, Is.EqualTo(derived ? "System.Threading.Tasks.TaskCanceledException" : "System.OperationCanceledException"));
        Assert.That(remote.RemoteMessage, Is.EqualTo("mine"));
        Assert.That(remote.RemoteStackTrace, Does.Contain(nameof(Thrown)));
        Assert.That(remote.ToString(), Does.Contain(nameof(Thrown)));
    }

    [Test]
    public void Another_build_of_the_type_is_described()
    {
        var bytes = Write(new OrderException(7, "text", new FormatException("inner")));
        var module = typeof(OrderException).Module.ModuleVersionId.ToByteArray();
        bytes[bytes.AsSpan().IndexOf(module)] ^= 1;
        var remote = (RemoteTaskException)Read(bytes);
        Assert.That(remote.RemoteTypeName, Does.EndWith(nameof(OrderException)));
        Assert.That(remote.Message, Does.EndWith("OrderException: text"));
        Assert.That(remote.InnerException, Is.TypeOf<FormatException>());
    }

    [Test]
    public void An_exception_whose_message_would_change_is_described() =>
        Assert.That(Copy(new ChangingException()), Is.TypeOf<RemoteTaskException>());

    [Test]
    public void Properties_that_throw_do_not_matter()
    {
        var copy = (RemoteTaskException)Copy(Thrown(new ThrowingException()));
        Assert.That(copy.RemoteTypeName, Does.EndWith(nameof(ThrowingException)));
        Assert.That(copy.RemoteMessage, Does.Contain("its Message property threw"));
    }

    [Test]
    public void Endless_inner_exceptions_are_cut_and_counted()
    {
        var exception = new FormatException("0");
        for (var i = 1; i < 50; i++) exception = new FormatException($"{i}", exception);
        var depth = 1;
        var at = Copy(exception);
        for (; at.InnerException is not null; depth++) at = at.InnerException;
        Assert.That(depth, Is.EqualTo(RemoteExceptionWriter.DeepestInner));
        Assert.That(at, Is.TypeOf<RemoteTaskException>().With.Message.Contains("18 inner exceptions that were not sent"));
    }

    [Test]
    public void Exceptions_that_share_inner_ones_do_not_unfold_without_end()
    {
        Exception exception = new FormatException("f");
        for (var i = 0; i < 10; i++) exception = new AggregateException("a", exception, exception);
        Assert.That(Write(exception), Has.Length.LessThan(500_000));
        Assert.That(Copy(exception).Message.Length, Is.EqualTo(exception.Message.Length));
    }

    [Test]
    public void Exceptions_that_name_the_same_inner_one_many_times_do_not_unfold_without_end()
    {
        // By hand: thirty exceptions within each other, each of which names the one within it twice.
        var core = typeof(AggregateException).Assembly;
        var field = Array.FindIndex(ExceptionFields.Of(typeof(AggregateException)), f => f.FieldType == typeof(Exception[]));
        var message = new FrameBuffer();
        var writer = new MessagePackWriter(message);
        for (var depth = 1; depth <= 30; depth++)
        {
            writer.WriteArrayHeader(RemoteExceptionWriter.Parts);
            writer.WriteArrayHeader(2);
            writer.WriteArrayHeader(3);
            writer.Write(core.FullName);
            writer.Write(core.ManifestModule.ModuleVersionId.ToByteArray());
            writer.WriteNil();
            writer.Write(typeof(AggregateException).MetadataToken);
            writer.Write("System.AggregateException");
            writer.Write("a (f) (f)");
            writer.Write("a");
            writer.WriteNil();
            writer.Write(0);
            writer.WriteNil();
            writer.WriteNil();
            writer.WriteArrayHeader(depth == 30 ? 0 : 1);
        }

        for (var depth = 30; depth >= 1; depth--)
        {
            writer.Write(0);
            writer.WriteMapHeader(0);
            writer.WriteMapHeader(1);
            writer.Write(field);
            writer.WriteArrayHeader(depth == 30 ? 0 : 2);
            if (depth == 30) continue;
            writer.Write(0);
            writer.Write(0);
        }

        writer.Flush();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.That(Read(message.ToArray()), Is.TypeOf<RemoteTaskException>());
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(500_000_000));
    }

    [Test]
    public void Endless_data_is_cut()
    {
        var exception = new FormatException("f");
        for (var i = 0; i < RemoteExceptionWriter.MostData + 10; i++) exception.Data[$"{i}"] = i;
        Assert.That(Copy(exception).Data, Has.Count.EqualTo(RemoteExceptionWriter.MostData));
    }

    [Test]
    public void Endless_texts_are_cut() =>
        Assert.That(Write(new FormatException(new string('x', 1_000_000))), Has.Length.LessThan(250_000));

    [Test]
    public void Several_inner_exceptions_of_something_unknown_stay_several()
    {
        var remote = (RemoteTaskException)Copy(new AggregateException(new OperationCanceledException("c"), new FormatException("f")));
        Assert.That(((AggregateException)remote.InnerException!).InnerExceptions, Has.Count.EqualTo(2));
    }

    [Test]
    public void Damaged_bytes_are_an_error([Range(0, 255, 5)] int value)
    {
        var bytes = Write(Thrown(new OrderException(7, "text", new FormatException("inner"))));
        for (var at = 0; at < bytes.Length; at++)
        {
            var broken = (byte[])bytes.Clone();
            broken[at] = (byte)value;
            try
            {
                Assert.That(Read(broken), Is.Not.Null);
            }
            catch (BrokenValueException e)
            {
                Assert.That(e.Message, Is.Not.Empty);
            }
        }
    }

    private static Exception Copy(Exception exception)
    {
        var reader = new MessagePackReader(Write(exception));
        var copy = RemoteExceptionReader.Read(ref reader);
        Assert.That(reader.End, Is.True);
        return copy;
    }

    private static Exception Read(byte[] bytes)
    {
        var reader = new MessagePackReader(bytes);
        return RemoteExceptionReader.Read(ref reader);
    }

    private static byte[] Write(Exception exception) =>
        Wire.Written((ref MessagePackWriter w, ValueContext _) => RemoteExceptionWriter.Write(ref w, exception));

    private static Exception Thrown(Exception exception)
    {
        try
        {
            throw exception;
        }
        catch (Exception e)
        {
            return e;
        }
    }

    private static void ThrownHere(Exception exception) => throw exception;

    private sealed class OrderException(int number, string message, Exception? inner = null) : Exception(message, inner)
    {
        public int Number => number;

        public string[] Details { get; init; } = [];

        public Stream? Stream { get; } = Stream.Null;
    }

    private sealed class ChangingException : Exception
    {
        public override string Message => Guid.NewGuid().ToString();
    }

    private sealed class ThrowingException : Exception
    {
        public override string Message => throw new InvalidOperationException();

        public override string? StackTrace => throw new InvalidOperationException();

        public override System.Collections.IDictionary Data => throw new InvalidOperationException();
    }
}
