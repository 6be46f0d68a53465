using System.Buffers;
using System.Numerics;

namespace ProcessPool.Protocol.Tests.CrossChecks;

/// <summary>The meaning of a MessagePack value, whatever its form on the wire.</summary>
internal abstract record Node
{
    public sealed record Nil : Node;

    public sealed record Boolean(bool Value) : Node;

    public sealed record Integer(BigInteger Value) : Node;

    public sealed record Single(float Value) : Node;

    public sealed record Double(double Value) : Node;

    public sealed record Text(string Value) : Node;

    public sealed record Binary(byte[] Value) : Node;

    public sealed record List(Node[] Items) : Node;

    /// <param name="Pairs">Key, value, key, value, …</param>
    public sealed record Map(Node[] Pairs) : Node;

    public sealed record Extension(sbyte Type, byte[] Data) : Node;

    public sealed record Timestamp(DateTime Value) : Node;

    /// <summary>As the product's writer writes it.</summary>
    public void Write(ref MessagePackWriter writer)
    {
        switch (this)
        {
            case Boolean node:
                writer.Write(node.Value);
                break;
            case Integer node when node.Value > long.MaxValue:
                writer.Write((ulong)node.Value);
                break;
            case Integer node:
                writer.Write((long)node.Value);
                break;
            case Single node:
                writer.Write(node.Value);
                break;
            case Double node:
                writer.Write(node.Value);
                break;
            case Text node:
                writer.WriteText(node.Value);
                break;
            case Binary node:
                writer.Write(node.Value.AsSpan());
                break;
            case List node:
                writer.WriteArrayHeader(node.Items.Length);
                foreach (var item in node.Items) item.Write(ref writer);
                break;
            case Map node:
                writer.WriteMapHeader(node.Pairs.Length / 2);
                foreach (var item in node.Pairs) item.Write(ref writer);
                break;
            case Extension node:
                writer.WriteExtensionFormat(new ExtensionResult(node.Type, node.Data));
                break;
            case Timestamp node:
                writer.Write(node.Value);
                break;
            default:
                writer.WriteNil();
                break;
        }
    }

    /// <summary>As the product's reader reads it, not knowing what will come.</summary>
    public static Node Read(ref MessagePackReader reader)
    {
        switch (reader.NextMessagePackType)
        {
            case MessagePackType.Nil:
                return reader.TryReadNil() ? new Nil() : throw new InvalidOperationException();
            case MessagePackType.Boolean:
                return new Boolean(reader.ReadBoolean());
            case MessagePackType.Integer:
                return new Integer(reader.NextCode == MessagePackCode.UInt64 ? reader.ReadUInt64() : reader.ReadInt64());
            case MessagePackType.Float:
                return reader.NextCode == MessagePackCode.Float32 ? new Single(reader.ReadSingle()) : new Double(reader.ReadDouble());
            case MessagePackType.String:
                return new Text(reader.ReadText()!);
            case MessagePackType.Binary:
                return new Binary(reader.ReadBlock<byte>());
            case MessagePackType.Array:
                return new List(ReadMany(ref reader, reader.ReadArrayHeader()));
            case MessagePackType.Map:
                return new Map(ReadMany(ref reader, 2 * reader.ReadMapHeader()));
            default:
                var peek = reader.CreatePeekReader();
                if (peek.ReadExtensionFormatHeader().TypeCode == ReservedMessagePackExtensionTypeCode.DateTime) return new Timestamp(reader.ReadDateTime());
                var extension = reader.ReadExtensionFormat();
                return new Extension(extension.TypeCode, extension.Data.ToArray());
        }
    }

    private static Node[] ReadMany(ref MessagePackReader reader, int count)
    {
        var items = new Node[count];
        for (var i = 0; i < count; i++) items[i] = Read(ref reader);
        return items;
    }
}
