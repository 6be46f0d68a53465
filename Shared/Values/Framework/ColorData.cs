using System.Drawing;

namespace ProcessPool.Values;

/// <summary>A colour as it was made: one with a name differs from a nameless one that looks the same.</summary>
internal static class ColorData
{
    public static (KnownColor Known, string? Name, int? Argb) Of(Color value) => value switch
    {
        { IsEmpty: true } => (0, null, null),
        { IsKnownColor: true } => (value.ToKnownColor(), null, null),
        { IsNamedColor: true } => (0, value.Name, null),
        _ => (0, null, value.ToArgb()),
    };

    public static Color ToColor((KnownColor Known, string? Name, int? Argb) data) => data switch
    {
        ( > 0, _, _) => Color.FromKnownColor(data.Known),
        (_, { } name, _) => Color.FromName(name),
        (_, _, { } argb) => Color.FromArgb(argb),
        _ => Color.Empty,
    };
}
