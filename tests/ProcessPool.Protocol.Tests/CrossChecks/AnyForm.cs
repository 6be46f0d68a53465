using System.Numerics;
using System.Text;

namespace ProcessPool.Protocol.Tests.CrossChecks;

/// <summary>Writes a value in any of the forms that the specification allows for it, not only the shortest.</summary>
internal sealed class AnyForm(FrameBuffer message, Random random)
{
    public void Write(Node node)
    {
        switch (node)
        {
            case Node.Integer integer:
                WriteInteger(integer.Value);
                break;
            case Node.Text text:
                var utf8 = Encoding.UTF8.GetBytes(text.Value);
                WriteLength(utf8.Length, 31, MessagePackCode.MinFixStr, MessagePackCode.Str8, MessagePackCode.Str16);
                message.Append(utf8);
                break;
            case Node.Binary binary:
                WriteLength(binary.Value.Length, -1, 0, MessagePackCode.Bin8, MessagePackCode.Bin16);
                message.Append(binary.Value);
                break;
            case Node.Extension extension:
                WriteExtension(extension.Type, extension.Data);
                break;
            case Node.Timestamp time:
                WriteTimestamp(time.Value);
                break;
            case Node.List list:
                WriteLength(list.Items.Length, 15, MessagePackCode.MinFixArray, 0, MessagePackCode.Array16);
                foreach (var item in list.Items) Write(item);
                break;
            case Node.Map map:
                WriteLength(map.Pairs.Length / 2, 15, MessagePackCode.MinFixMap, 0, MessagePackCode.Map16);
                foreach (var item in map.Pairs) Write(item);
                break;
            default:
                WriteShortest(node);
                break;
        }
    }

    private void WriteShortest(Node node)
    {
        var writer = new MessagePackWriter(message);
        node.Write(ref writer);
        writer.Flush();
    }

    private void WriteInteger(BigInteger value)
    {
        for (var form = random.Next(4); form < 4; form++)
        {
            var bits = 8 << form;
            if (value >= 0 && value < BigInteger.One << bits && (value > long.MaxValue || random.Next(2) == 0))
            {
                WriteNumber((byte)(MessagePackCode.UInt8 + form), (ulong)value, bits / 8);
                return;
            }

            if (value >= -(BigInteger.One << (bits - 1)) && value < BigInteger.One << (bits - 1))
            {
                WriteNumber((byte)(MessagePackCode.Int8 + form), (ulong)(long)value, bits / 8);
                return;
            }
        }

        WriteShortest(new Node.Integer(value));
    }

    private void WriteLength(int length, int mostFix, byte fix, byte code8, byte code16)
    {
        if (length <= mostFix && random.Next(3) == 0) message.Append([(byte)(fix | length)]);
        else if (code8 != 0 && length <= byte.MaxValue && random.Next(2) == 0) WriteNumber(code8, (ulong)length, 1);
        else if (length <= ushort.MaxValue && random.Next(2) == 0) WriteNumber(code16, (ulong)length, 2);
        else WriteNumber((byte)(code16 + 1), (ulong)length, 4);
    }

    private void WriteExtension(sbyte type, byte[] data)
    {
        if (random.Next(2) == 0)
        {
            WriteShortest(new Node.Extension(type, data));
            return;
        }

        WriteLength(data.Length, -1, 0, MessagePackCode.Ext8, MessagePackCode.Ext16);
        message.Append([(byte)type]);
        message.Append(data);
    }

    private void WriteTimestamp(DateTime time)
    {
        var (seconds, ticks) = ((long)Math.Floor((time - DateTime.UnixEpoch).Ticks / (decimal)TimeSpan.TicksPerSecond), time.Ticks % TimeSpan.TicksPerSecond);
        if (seconds is >= 0 and < 1L << 34 && random.Next(2) == 0)
        {
            message.Append([MessagePackCode.FixExt8, 0xFF]);
            WriteBytes(((ulong)ticks * 100 << 34) | (ulong)seconds, 8);
        }
        else if (random.Next(2) == 0)
        {
            message.Append([MessagePackCode.Ext8, 12, 0xFF]);
            WriteBytes((ulong)ticks * 100, 4);
            WriteBytes((ulong)seconds, 8);
        }
        else
        {
            WriteShortest(new Node.Timestamp(time));
        }
    }

    private void WriteNumber(byte code, ulong value, int bytes)
    {
        message.Append([code]);
        WriteBytes(value, bytes);
    }

    private void WriteBytes(ulong value, int bytes)
    {
        for (var shift = 8 * (bytes - 1); shift >= 0; shift -= 8) message.Append([(byte)(value >> shift)]);
    }
}
