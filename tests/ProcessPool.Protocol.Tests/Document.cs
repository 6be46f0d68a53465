using System.Text.RegularExpressions;

namespace ProcessPool.Protocol.Tests;

/// <summary>The examples in docs/protocol.md.</summary>
internal static partial class Document
{
    private static readonly string Text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "protocol.md"));

    /// <summary>The bytes of each frame that is shown, by its name.</summary>
    public static Dictionary<string, byte[]> Frames { get; } = FrameBlock().Matches(Text)
        .ToDictionary(match => match.Groups[1].Value, match => FromHex(Comment().Replace(match.Groups[2].Value, "")));

    /// <summary>The bytes of each value that is shown, by its declared type and what it is.</summary>
    public static Dictionary<string, byte[]> Values { get; } = ValueRow().Matches(Text)
        .ToDictionary(match => $"{match.Groups[2].Value} {match.Groups[1].Value}", match => FromHex(match.Groups[3].Value));

    /// <summary>The types of the fields of each kind of frame, by its number: the rows of the tables of frames.</summary>
    public static Dictionary<int, string[]> Fields { get; } = KindRow().Matches(Text).ToDictionary(
        match => int.Parse(match.Groups[1].Value),
        match => match.Groups[3].Value.Split(", ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    /// <summary>The names of the kinds of frames, by their numbers.</summary>
    public static Dictionary<int, string> Kinds { get; } =
        KindRow().Matches(Text).ToDictionary(match => int.Parse(match.Groups[1].Value), match => match.Groups[2].Value);

    private static byte[] FromHex(string text) => Convert.FromHexString(Spaces().Replace(text, ""));

    [GeneratedRegex(@"^```hex (\w+)\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex FrameBlock();

    [GeneratedRegex(@"^\| (.+) \| (.+) \| `([0-9A-F ]+)` \|$", RegexOptions.Multiline)]
    private static partial Regex ValueRow();

    [GeneratedRegex(@"^\| (\d+) \| ([A-Z]\w+) \| ([^|]*)\|$", RegexOptions.Multiline)]
    private static partial Regex KindRow();

    [GeneratedRegex("#.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
