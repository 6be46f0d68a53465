using System.Numerics;
using ProcessPool.MessagePack;

namespace ProcessPool.Protocol.Tests.CrossChecks;

/// <summary>A MessagePack value as what it means, whatever form it has on the wire.</summary>
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
    public void Write(MessagePackWriter writer)
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
                writer.Write(node.Value);
                break;
            case Binary node:
                writer.Write(node.Value.AsSpan());
                break;
            case List node:
                writer.WriteArrayHeader(node.Items.Length);
                foreach (var item in node.Items) item.Write(writer);
                break;
            case Map node:
                writer.WriteMapHeader(node.Pairs.Length / 2);
                foreach (var item in node.Pairs) item.Write(writer);
                break;
            case Extension node:
                writer.WriteExtension(node.Type, node.Data);
                break;
            case Timestamp node:
                writer.WriteTimestamp(node.Value);
                break;
            default:
                writer.WriteNil();
                break;
        }
    }

    /// <summary>As the product's reader reads it, not knowing what will come.</summary>
    public static Node Read(MessagePackReader reader)
    {
        switch (reader.NextType)
        {
            case MessagePackType.Nil:
                return reader.TryReadNil() ? new Nil() : throw new InvalidOperationException();
            case MessagePackType.Boolean:
                return new Boolean(reader.ReadBoolean());
            case MessagePackType.Integer:
                return new Integer(reader.Unread[0] == MessagePackCode.UInt64 ? reader.ReadUInt64() : reader.ReadInt64());
            case MessagePackType.Float:
                return reader.Unread[0] == MessagePackCode.Float32 ? new Single(reader.ReadSingle()) : new Double(reader.ReadDouble());
            case MessagePackType.String:
                return new Text(reader.ReadString()!);
            case MessagePackType.Binary:
                return new Binary(reader.ReadBlock<byte>(reader.ReadBinHeader()));
            case MessagePackType.Array:
                return new List(ReadMany(reader, reader.ReadArrayHeader()));
            case MessagePackType.Map:
                return new Map(ReadMany(reader, 2 * reader.ReadMapHeader()));
            default:
                MessagePackPrimitives.TryReadExtensionHeader(reader.Unread, out var type, out _, out _);
                if (type == ExtensionType.Timestamp) return new Timestamp(reader.ReadTimestamp());
                var header = reader.ReadExtensionHeader();
                return new Extension(header.TypeCode, reader.ReadBlock<byte>(header.Length));
        }
    }

    private static Node[] ReadMany(MessagePackReader reader, int count)
    {
        var items = new Node[count];
        for (var i = 0; i < count; i++) items[i] = Read(reader);
        return items;
    }
}
