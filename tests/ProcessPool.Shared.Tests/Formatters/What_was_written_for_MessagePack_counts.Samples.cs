using System.Buffers;
using MessagePack;
using MessagePack.Formatters;
using MessagePack.Resolvers;

namespace ProcessPool.Tests.Formatters;

// What the tests send: types and formatters as users of the library write them.
public sealed partial class What_was_written_for_MessagePack_counts
{
    [MessagePackObject]
    public class Keyed
    {
        [Key(0)]
        public int Id { get; set; }

        [Key(1)]
        public string? Name { get; set; }

        [Key(2)]
        public int[]? Numbers { get; set; }

        [IgnoreMember]
        public int Ignored { get; set; }
    }

    public class MoreKeyed : Keyed;

    [MessagePackObject(keyAsPropertyName: true)]
    public class Mapped
    {
        public string? Text { get; set; }
    }

    [MessagePackObject]
    public readonly record struct Pair([property: Key(0)] int First, [property: Key(1)] int Second);

    [MessagePackObject]
    internal sealed class Hidden
    {
        [Key(0)]
        public int Number { get; set; }
    }

    [MessagePackObject]
    public class Holder
    {
        [Key(0)]
        public Dictionary<string, int>? Words { get; set; }

        [Key(1)]
        public Handle? Handle { get; set; }
    }

    [MessagePackObject]
    public class Incomplete
    {
        [Key(0)]
        public int First { get; set; }

        public int Second { get; set; }
    }

    [Union(0, typeof(Circle))]
    public interface IShape;

    [MessagePackObject]
    public class Circle : IShape
    {
        [Key(0)]
        public int Radius { get; set; }
    }

    [Union(0, typeof(Dog))]
    [MessagePackObject]
    public abstract class Animal
    {
        [Key(0)]
        public string? Name { get; set; }
    }

    [MessagePackObject]
    public class Dog : Animal;

    [MessagePackObject]
    public class Node
    {
        [Key(0)]
        public Node? Next { get; set; }
    }

    private sealed class WithIgnored
    {
        public int Kept;

        [IgnoreMember]
        public Stream? Stream;

        [IgnoreMember]
        public int Property { get; set; }
    }

    [MessagePackFormatter(typeof(HandleFormatter))]
    public class Handle(string path)
    {
        public string Path => path;

        private readonly nint _address = 1;

        public nint Address => _address;
    }

    public sealed class HandleFormatter : IMessagePackFormatter<Handle?>
    {
        public void Serialize(ref MessagePackWriter writer, Handle? value, MessagePackSerializerOptions options) => writer.Write(value?.Path);

        public Handle? Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options) => reader.ReadString() is { } path ? new Handle(path) : null;
    }

    public sealed class HandleByNumber : IMessagePackFormatter<Handle?>
    {
        public void Serialize(ref MessagePackWriter writer, Handle? value, MessagePackSerializerOptions options) => writer.Write(value!.Path.Length);

        public Handle? Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options) => new(new string('x', reader.ReadInt32()));
    }

    [MessagePackFormatter(typeof(LabelledFormatter), "given: ")]
    private sealed class Labelled(string text)
    {
        public string Text => text;
    }

    private sealed class LabelledFormatter(string label) : IMessagePackFormatter<Labelled>
    {
        public void Serialize(ref MessagePackWriter writer, Labelled value, MessagePackSerializerOptions options) => writer.Write(value.Text);

        public Labelled Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options)
        {
            var text = reader.ReadString()!;
            return new Labelled(text.StartsWith(label, StringComparison.Ordinal) ? text : label + text);
        }
    }

    public sealed class UriFormatter : IMessagePackFormatter<Uri?>
    {
        public void Serialize(ref MessagePackWriter writer, Uri? value, MessagePackSerializerOptions options) => writer.Write(value?.OriginalString);

        public Uri? Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options) => new(reader.ReadString() + "#read");
    }

    public sealed class OtherUriFormatter : IMessagePackFormatter<Uri?>
    {
        public void Serialize(ref MessagePackWriter writer, Uri? value, MessagePackSerializerOptions options) => writer.Write(1);

        public Uri? Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options) => null;
    }

    private sealed class IntFormatter : IMessagePackFormatter<int>
    {
        public void Serialize(ref MessagePackWriter writer, int value, MessagePackSerializerOptions options) => writer.WriteNil();

        public int Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options) => 0;
    }

    public sealed record Box<T>(T Content);

    private sealed class BoxFormatter<T> : IMessagePackFormatter<Box<T>>
    {
        public void Serialize(ref MessagePackWriter writer, Box<T> value, MessagePackSerializerOptions options) =>
            options.Resolver.GetFormatterWithVerify<T>().Serialize(ref writer, value.Content, options);

        public Box<T> Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options) =>
            new(options.Resolver.GetFormatterWithVerify<T>().Deserialize(ref reader, options));
    }

    private sealed class WithOtherOptions : IMessagePackFormatter<Box<string[]>>
    {
        public void Serialize(ref MessagePackWriter writer, Box<string[]> value, MessagePackSerializerOptions options)
        {
            var other = options.WithSecurity(MessagePackSecurity.TrustedData).WithResolver(new Passing(options.Resolver)).WithOldSpec(false);
            other.Resolver.GetFormatterWithVerify<string[]>().Serialize(ref writer, value.Content, other);
        }

        public Box<string[]> Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options)
        {
            var other = options.WithResolver(new Passing(options.Resolver));
            return new(other.Resolver.GetFormatterWithVerify<string[]>().Deserialize(ref reader, other));
        }

        private sealed class Passing(IFormatterResolver inner) : IFormatterResolver
        {
            public IMessagePackFormatter<T>? GetFormatter<T>() => inner.GetFormatter<T>();
        }
    }

    private sealed class SharedResolver : IFormatterResolver
    {
        public static readonly SharedResolver Instance = new();

        private SharedResolver()
        {
        }

        public IMessagePackFormatter<T>? GetFormatter<T>() => typeof(T) == typeof(Uri) ? (IMessagePackFormatter<T>)(object)new UriFormatter() : null;
    }

    private sealed class NewResolver : IFormatterResolver
    {
        public IMessagePackFormatter<T>? GetFormatter<T>() => SharedResolver.Instance.GetFormatter<T>();
    }

    private sealed class NoResolver(int number) : IFormatterResolver
    {
        public IMessagePackFormatter<T>? GetFormatter<T>() => number == 0 ? null : throw new NotSupportedException();
    }

    private sealed class ThrowingResolver : IFormatterResolver
    {
        public IMessagePackFormatter<T>? GetFormatter<T>() => throw new InvalidOperationException("no luck");
    }

    private sealed class GreedyResolver : IFormatterResolver
    {
        public IMessagePackFormatter<T>? GetFormatter<T>() => StandardResolver.Instance.GetFormatter<T>();
    }

    [MessagePackFormatter(typeof(BlobFormatter))]
    private sealed record Blob(string How, int[] Numbers);

    private sealed class BlobFormatter : IMessagePackFormatter<Blob>
    {
        public void Serialize(ref MessagePackWriter writer, Blob value, MessagePackSerializerOptions options)
        {
            writer.WriteArrayHeader(2);
            writer.Write(value.How);
            var numbers = options.Resolver.GetFormatterWithVerify<int[]>();
            switch (value.How)
            {
                case "writer":
                    numbers.Serialize(ref writer, value.Numbers, options);
                    break;
                case "serializer":
                    writer.WriteRaw(MessagePackSerializer.Serialize(value.Numbers, options));
                    break;
                default:
                    var buffer = new ArrayBufferWriter<byte>();
                    var second = new MessagePackWriter(buffer);
                    numbers.Serialize(ref second, value.Numbers, options);
                    second.Flush();
                    writer.WriteRaw(buffer.WrittenSpan);
                    break;
            }
        }

        public Blob Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options)
        {
            reader.ReadArrayHeader();
            return new Blob(reader.ReadString()!, options.Resolver.GetFormatterWithVerify<int[]>().Deserialize(ref reader, options));
        }
    }

    /// <summary>Writes the given number of values (-1: the header of an array without its elements), and reads another given number.</summary>
    [MessagePackFormatter(typeof(OddFormatter))]
    private sealed record Odd(int Writes, int Reads);

    private sealed class OddFormatter : IMessagePackFormatter<Odd>
    {
        public void Serialize(ref MessagePackWriter writer, Odd value, MessagePackSerializerOptions options)
        {
            if (value.Writes < 0) writer.WriteArrayHeader(3);
            for (var i = 0; i < value.Writes; i++) writer.Write(value.Reads);
        }

        public Odd Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options)
        {
            var peek = reader.CreatePeekReader();
            var reads = peek.ReadInt32();
            for (var i = 0; i < reads; i++) reader.ReadInt32();
            return new Odd(1, reads);
        }
    }

    [MessagePackFormatter(typeof(FaultyFormatter))]
    private sealed record Faulty(bool Wrapped);

    private sealed class FaultyFormatter : IMessagePackFormatter<Faulty>
    {
        public void Serialize(ref MessagePackWriter writer, Faulty value, MessagePackSerializerOptions options)
        {
            if (value.Wrapped) MessagePackSerializer.Serialize(ref writer, new Faulty(false), options);
            throw new InvalidOperationException("no luck");
        }

        public Faulty Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options) => throw new InvalidOperationException("no luck");
    }

    [MessagePackFormatter(typeof(HungryFormatter))]
    private sealed record Hungry;

    private sealed class HungryFormatter : IMessagePackFormatter<Hungry>
    {
        public void Serialize(ref MessagePackWriter writer, Hungry value, MessagePackSerializerOptions options) => throw new OutOfMemoryException();

        public Hungry Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options) =>
            throw new MessagePackSerializationException("wrapped", new OutOfMemoryException());
    }
}
