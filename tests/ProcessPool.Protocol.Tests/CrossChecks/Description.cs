using System.Globalization;
using System.Numerics;
using System.Text;

namespace ProcessPool.Protocol.Tests.CrossChecks;

/// <summary>
/// A value in a line of text, the same in each language: n; t; f; i(decimal); d(bits of the double in hex, or nan); s(UTF-8 in
/// hex); b(hex); x(type):(hex); T(seconds).(nanoseconds); and [items] and {keys and values}.
/// </summary>
/// <param name="knowsIntegersFromFloats">JavaScript does not: there a float without a fraction is an integer.</param>
internal sealed class Description(bool knowsIntegersFromFloats)
{
    public string Of(Node node)
    {
        var text = new StringBuilder();
        Append(text, node);
        return text.ToString();
    }

    private void Append(StringBuilder text, Node node)
    {
        switch (node)
        {
            case Node.List list:
                AppendMany(text, '[', list.Items, ']');
                break;
            case Node.Map map:
                AppendMany(text, '{', map.Pairs, '}');
                break;
            default:
                text.Append(OfScalar(node)).Append(';');
                break;
        }
    }

    private void AppendMany(StringBuilder text, char open, Node[] nodes, char close)
    {
        text.Append(open);
        foreach (var node in nodes) Append(text, node);
        text.Append(close);
    }

    private string OfScalar(Node node) => node switch
    {
        Node.Nil => "n",
        Node.Boolean { Value: true } => "t",
        Node.Boolean => "f",
        Node.Integer integer => "i" + integer.Value.ToString(CultureInfo.InvariantCulture),
        Node.Single number => OfDouble(number.Value),
        Node.Double number => OfDouble(number.Value),
        Node.Text text => "s" + Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text.Value)),
        Node.Binary binary => "b" + Convert.ToHexStringLower(binary.Value),
        Node.Extension extension => string.Create(CultureInfo.InvariantCulture, $"x{extension.Type}:{Convert.ToHexStringLower(extension.Data)}"),
        Node.Timestamp time => OfTime(time.Value),
        _ => throw new ArgumentException($"{node}"),
    };

    private string OfDouble(double value)
    {
        if (double.IsNaN(value)) return "dnan";
        if (!knowsIntegersFromFloats && double.IsInteger(value)) return "i" + new BigInteger(value).ToString(CultureInfo.InvariantCulture);
        return "d" + BitConverter.DoubleToInt64Bits(value).ToString("x16", CultureInfo.InvariantCulture);
    }

    private static string OfTime(DateTime time)
    {
        var ticks = time.Ticks - DateTime.UnixEpoch.Ticks;
        var seconds = (long)Math.Floor(ticks / (decimal)TimeSpan.TicksPerSecond);
        return string.Create(CultureInfo.InvariantCulture, $"T{seconds}.{(ticks - (seconds * TimeSpan.TicksPerSecond)) * 100}");
    }
}
